import { notifications } from '@mantine/notifications'
import { useMutation } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Asset } from '#protocol'
import { api, queries } from '../../server.ts'
import { Refusal } from '../../transport.ts'
import type { Said } from './asset-words.ts'

const FIELDS = ['title', 'language', 'themeIds', 'validFrom', 'validTo'] as const

const saidOf = ({ title, language, themeIds, validFrom, validTo }: Asset): Said => ({
  ...{ title, language, themeIds, validFrom, validTo },
})

/** What somebody changed, and nothing else: what he left alone he does not set back either. */
const changesOf = (draft: Said, base: Asset): Partial<Said> =>
  Object.fromEntries(
    FIELDS.filter((name) => JSON.stringify(draft[name]) !== JSON.stringify(base[name])).map(
      (name) => [name, draft[name]],
    ),
  )

/** What was saved, with what somebody typed while it was on its way. */
const typedSince = (now: Said, sent: Said, saved: Asset): Said => ({
  ...saidOf(saved),
  ...Object.fromEntries(
    FIELDS.filter((name) => JSON.stringify(now[name]) !== JSON.stringify(sent[name])).map(
      (name) => [name, now[name]],
    ),
  ),
})

const currentIn = (error: unknown): Asset | undefined => {
  if (!(error instanceof Refusal) || error.code !== 'changed-meanwhile') return undefined
  return Asset.safeParse((error.details as { current?: unknown }).current).data
}

/**
 * What is said of an asset while somebody changes it. What others do meanwhile is taken over as long as
 * nothing was changed here; otherwise both versions stand beside each other until one is chosen.
 */
export const useSaveAsset = (asset: Asset, onSaved: (saved: Asset) => void) => {
  const { t } = useTranslation()
  const [base, setBase] = useState(asset)
  const [draft, setDraft] = useState(() => saidOf(asset))
  const [theirs, setTheirs] = useState<Asset>()
  const take = (from: Asset) => {
    setBase(from)
    setDraft(saidOf(from))
    setTheirs(undefined)
  }
  const isChanged = Object.keys(changesOf(draft, base)).length > 0

  useEffect(() => {
    if (isChanged || asset.version === base.version) return
    setBase(asset)
    setDraft(saidOf(asset))
  }, [asset, base, isChanged])

  const save = useMutation({
    mutationFn: ({ from, sent }: { from: Asset; sent: Said }) =>
      api.editAsset(asset.id, { version: from.version, ...changesOf(sent, from) }),
    onSuccess: async (saved, { sent }) => {
      setBase(saved)
      setDraft((now) => typedSince(now, sent, saved))
      setTheirs(undefined)
      onSaved(saved)
      queries.setQueryData(['assets', asset.id], saved)
      await queries.invalidateQueries({ queryKey: ['assets'] })
      notifications.show({ message: t('library.saved') })
    },
    onError: (error) => setTheirs(currentIn(error)),
  })

  return {
    draft,
    isChanged,
    set: (change: Partial<Said>) => setDraft((before) => ({ ...before, ...change })),
    discard: () => take(base),
    save: () => save.mutate({ from: base, sent: draft }),
    isPending: save.isPending,
    error: theirs ? null : save.error,
    theirs,
    keepMine: () => {
      if (!theirs) return
      setBase(theirs)
      setTheirs(undefined)
      save.mutate({ from: theirs, sent: draft })
    },
    takeTheirs: () => {
      if (theirs) take(theirs)
      save.reset()
    },
  }
}

export type AssetEditing = ReturnType<typeof useSaveAsset>
