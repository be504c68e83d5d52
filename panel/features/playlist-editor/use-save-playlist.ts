import { notifications } from '@mantine/notifications'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { NewPlaylist, Playlist } from '#protocol'
import { api, queries } from '../../server.ts'
import { Refusal } from '../../transport.ts'
import { programmeChanged } from '../../ui/use-programme.ts'

type Saving = { input: NewPlaylist; base: Playlist | undefined }

/** Saves a playlist; where somebody else was faster both versions stand until one is chosen. */
export const useSavePlaylist = (
  playlist: Playlist | undefined,
  onSaved: (saved: Playlist) => void,
) => {
  const { t } = useTranslation()
  const [base, setBase] = useState(playlist)
  const [theirs, setTheirs] = useState<{ current: Playlist | undefined }>()
  const save = useMutation({
    mutationFn: ({ input, base: from }: Saving) =>
      from
        ? api.editPlaylist(from.id, { ...input, version: from.version })
        : api.addPlaylist(input),
    onSuccess: async (saved) => {
      setBase(saved)
      setTheirs(undefined)
      notifications.show({ message: t('playlists.saved', { name: saved.name }) })
      onSaved(saved)
      await programmeChanged()
    },
    onError: async (error) => {
      const isStale =
        error instanceof Refusal && ['changed-meanwhile', 'not-found'].includes(error.code)
      if (!isStale || !base) return
      const all = await queries.fetchQuery({
        queryKey: ['playlists'],
        queryFn: api.playlists,
        staleTime: 0,
      })
      setTheirs({ current: all.find(({ id }) => id === base.id) })
    },
  })
  return {
    save: (input: NewPlaylist) => save.mutate({ input, base }),
    isPending: save.isPending,
    error: theirs ? null : save.error,
    isStale: theirs !== undefined,
    theirs: theirs?.current,
    keepMine: (input: NewPlaylist) => {
      const current = theirs?.current
      setBase(current)
      setTheirs(undefined)
      save.mutate({ input, base: current })
    },
    takeTheirs: () => {
      setBase(theirs?.current)
      setTheirs(undefined)
      save.reset()
    },
  }
}
