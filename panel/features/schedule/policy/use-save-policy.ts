import { notifications } from '@mantine/notifications'
import { useMutation } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { type Area, type AreaPolicy, type DaypartChange, type Policy, Problem } from '#protocol'
import { api, queries } from '../../../server.ts'
import { Refusal } from '../../../transport.ts'
import { rememberStep } from '../../../ui/undo.ts'
import { programmeChanged } from '../../../ui/use-programme.ts'

type Saving = { from: AreaPolicy; isAccepted: boolean }

/** The schedules whose window would be gone or get other times, where that is why it was refused. */
const lostIn = (error: unknown): DaypartChange[] | undefined => {
  if (!(error instanceof Refusal) || error.code !== 'daypart-in-use') return undefined
  return Problem.safeParse(error.details).data?.dayparts
}

const isSame = (a: Policy, b: Policy): boolean => JSON.stringify(a) === JSON.stringify(b)

/**
 * An area's policy while somebody changes it. What others do meanwhile is taken over as long as nothing
 * was changed here; otherwise both versions stand beside each other until one is chosen.
 */
export const useSavePolicy = (area: Area, policy: AreaPolicy) => {
  const { t } = useTranslation()
  const [base, setBase] = useState(policy)
  const [own, setOwn] = useState(policy.own)
  const [theirs, setTheirs] = useState<AreaPolicy>()
  const isChanged = !isSame(own, base.own)

  useEffect(() => {
    if (isChanged || policy.version === base.version) return
    setBase(policy)
    setOwn(policy.own)
  }, [policy, base, isChanged])

  const save = useMutation({
    mutationFn: ({ from, isAccepted }: Saving) =>
      api.setPolicy(area.id, own, from.version, isAccepted),
    onSuccess: async (saved, { from }) => {
      rememberStep({
        what: t('policy.title'),
        takeBack: async () => void (await api.setPolicy(area.id, from.own, undefined, true)),
      })
      setBase(saved)
      queries.setQueryData(['policy', area.id], saved)
      notifications.show({ message: t('policy.saved', { area: area.name }) })
      await programmeChanged()
    },
    onError: async (error) => {
      if (!(error instanceof Refusal) || error.code !== 'changed-meanwhile') return
      const current = await queries.fetchQuery({
        queryKey: ['policy', area.id],
        queryFn: () => api.policy(area.id),
        staleTime: 0,
      })
      setTheirs(current)
    },
  })

  return {
    own,
    isChanged,
    set: (change: Partial<Policy>) => setOwn((before) => ({ ...before, ...change })),
    reset: () => setOwn(base.own),
    save: (isAccepted = false) => save.mutate({ from: base, isAccepted }),
    isPending: save.isPending,
    error: theirs ? null : save.error,
    lost: theirs ? undefined : lostIn(save.error),
    theirs,
    keepMine: () => {
      if (!theirs) return
      setBase(theirs)
      setTheirs(undefined)
      save.mutate({ from: theirs, isAccepted: false })
    },
    takeTheirs: () => {
      if (!theirs) return
      setBase(theirs)
      setOwn(theirs.own)
      setTheirs(undefined)
      save.reset()
    },
  }
}
