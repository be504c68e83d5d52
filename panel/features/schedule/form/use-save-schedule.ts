import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { NewSchedule, Schedule } from '#protocol'
import { api, queries } from '../../../server.ts'
import { Refusal } from '../../../transport.ts'
import { takeAwaySchedule } from '../../../ui/take-away.ts'
import { currentId, rememberStep } from '../../../ui/undo.ts'
import { programmeChanged } from '../../../ui/use-programme.ts'
import { useUndo } from '../../../ui/use-undo.tsx'
import { conflictsIn, inputOf } from '../use-schedule-edits.ts'

type Saving = { input: NewSchedule; isAccepted: boolean; base: Schedule | undefined }

/**
 * Saves what a form holds. Where somebody else was faster, their version stands beside ours and
 * nothing is overwritten before one of the two is chosen.
 */
export const useSaveSchedule = (schedule: Schedule | undefined, onSaved: () => void) => {
  const { t } = useTranslation()
  const { offer } = useUndo()
  const [base, setBase] = useState(schedule)
  const [theirs, setTheirs] = useState<{ current: Schedule | undefined }>()

  const save = useMutation({
    mutationFn: async ({ input, isAccepted, base: from }: Saving) =>
      from
        ? api.editSchedule(from.id, { ...input, version: from.version }, isAccepted)
        : api.addSchedule(input, isAccepted),
    onSuccess: async (saved, { base: from }) => {
      const what = t(from ? 'schedule.undo.edited' : 'schedule.undo.added', { name: saved.name })
      rememberStep({
        what,
        takeBack: async () => {
          const id = currentId(saved.id)
          if (!from) return takeAwaySchedule(id)
          const now = (await api.schedules()).find((one) => one.id === id)
          if (now) await api.editSchedule(id, { ...inputOf(from), version: now.version }, true)
        },
      })
      offer(t('schedule.undo.done', { what }))
      onSaved()
      await programmeChanged()
    },
    onError: async (error) => {
      const isStale =
        error instanceof Refusal && ['changed-meanwhile', 'not-found'].includes(error.code)
      if (!isStale || !base) return
      const all = await queries.fetchQuery({
        queryKey: ['schedules'],
        queryFn: api.schedules,
        staleTime: 0,
      })
      setTheirs({ current: all.find(({ id }) => id === base.id) })
    },
  })

  return {
    save: (input: NewSchedule, isAccepted = false) => save.mutate({ input, isAccepted, base }),
    isPending: save.isPending,
    error: theirs ? null : save.error,
    conflicts: conflictsIn(save.error),
    isStale: theirs !== undefined,
    theirs: theirs?.current,
    keepMine: (input: NewSchedule) => {
      const current = theirs?.current
      setBase(current)
      setTheirs(undefined)
      save.mutate({ input, isAccepted: true, base: current })
    },
    takeTheirs: () => {
      setBase(theirs?.current)
      setTheirs(undefined)
      save.reset()
      if (!theirs?.current) onSaved()
    },
  }
}
