import { notifications } from '@mantine/notifications'
import { useCallback, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { z } from 'zod'
import { Conflict, type NewSchedule, type Schedule, type ScheduleId } from '#protocol'
import { api } from '../../server.ts'
import { Refusal } from '../../transport.ts'
import { useErrorText } from '../../ui/notices.tsx'
import { takeAwaySchedule } from '../../ui/take-away.ts'
import { currentId, inTurn, rememberStep, succeed } from '../../ui/undo.ts'
import { programmeChanged, schedulesSeen } from '../../ui/use-programme.ts'
import { useUndo } from '../../ui/use-undo.tsx'

/** A schedule as it is sent. */
export const inputOf = ({ id: _, version: __, ...input }: Schedule): NewSchedule => input

/** The conflicts that a refusal names, or undefined where it is about something else. */
export const conflictsIn = (error: unknown): Conflict[] | undefined => {
  if (!(error instanceof Refusal) || error.code !== 'schedule-conflict') return undefined
  const details = z.object({ conflicts: z.array(Conflict) }).safeParse(error.details)
  return details.data?.conflicts ?? []
}

const versionNow = async (id: ScheduleId): Promise<number | undefined> =>
  (await api.schedules()).find((schedule) => schedule.id === id)?.version

const restore = async (schedule: Schedule): Promise<void> => {
  const again = await api.addSchedule(inputOf(schedule), true)
  succeed(currentId(schedule.id), again.id)
}

/** Makes a schedule what it was, whatever has become of it. */
export const putBack = async (before: Schedule): Promise<void> => {
  const id = currentId(before.id)
  const version = await versionNow(id)
  if (version === undefined) return restore(before)
  await api.editSchedule(id, { ...inputOf(before), version }, true)
}

type Refused = { conflicts: Conflict[]; again: () => Promise<void> }

/**
 * Changes to the draft's schedules, each of which can be taken back. What the server refuses for its
 * conflicts waits in `refused` for somebody to decide.
 */
export const useScheduleEdits = () => {
  const { t } = useTranslation()
  const text = useErrorText()
  const undo = useUndo()
  const [refused, setRefused] = useState<Refused>()

  const run = useCallback(
    async (what: string, act: (isAccepted: boolean) => Promise<() => Promise<void>>) => {
      const attempt = async (isAccepted: boolean): Promise<void> => {
        try {
          const takeBack = await act(isAccepted)
          setRefused(undefined)
          rememberStep({ what, takeBack })
          undo.offer(t('schedule.undo.done', { what }))
        } catch (error) {
          const conflicts = isAccepted ? undefined : conflictsIn(error)
          if (conflicts) setRefused({ conflicts, again: () => inTurn(() => attempt(true)) })
          else notifications.show({ color: 'red', title: t('error.title'), message: text(error) })
        }
        await programmeChanged()
      }
      await inTurn(() => attempt(false))
    },
    [t, text, undo],
  )

  const add = (input: NewSchedule) =>
    run(t('schedule.undo.added', { name: input.name }), async (isAccepted) => {
      const { id } = await api.addSchedule(input, isAccepted)
      return () => takeAwaySchedule(currentId(id))
    })

  const edit = (before: Schedule, input: NewSchedule, word: 'edited' | 'moved' = 'edited') =>
    run(t(`schedule.undo.${word}`, { name: before.name }), async (isAccepted) => {
      await api.editSchedule(before.id, { ...input, version: before.version }, isAccepted)
      return () => putBack(before)
    })

  /** Moves a schedule from where it is when its turn comes: what was asked for before is made by then. */
  const nudge = (seen: Schedule, moved: (now: Schedule) => NewSchedule) =>
    run(t('schedule.undo.moved', { name: seen.name }), async (isAccepted) => {
      const now = schedulesSeen().find(({ id }) => id === currentId(seen.id)) ?? seen
      await api.editSchedule(now.id, { ...moved(now), version: now.version }, isAccepted)
      return () => putBack(now)
    })

  /** One day of a schedule becomes a schedule of its own. */
  const splitOff = (before: Schedule, date: string, single: NewSchedule) =>
    run(t('schedule.undo.moved', { name: before.name }), async (isAccepted) => {
      const input = inputOf(before)
      const time = { ...input.time, exceptDates: [...input.time.exceptDates, date] }
      await api.editSchedule(before.id, { ...input, time, version: before.version }, true)
      try {
        const { id } = await api.addSchedule(single, isAccepted)
        return async () => {
          await takeAwaySchedule(currentId(id))
          await putBack(before)
        }
      } catch (error) {
        // Both or neither.
        await putBack(before)
        throw error
      }
    })

  const remove = (schedule: Schedule) =>
    run(t('schedule.undo.removed', { name: schedule.name }), async () => {
      await api.removeSchedule(schedule.id, schedule.version)
      return () => restore(schedule)
    })

  return { add, edit, nudge, splitOff, remove, refused, dropRefused: () => setRefused(undefined) }
}

export type ScheduleEdits = ReturnType<typeof useScheduleEdits>
