import { AppError, type Conflict, type EpochMs, type Schedule } from '#protocol'
import { type Content, withEntries } from '../store/content.ts'
import { createAudiences } from './audiences.ts'
import { conflictsOf } from './find-conflicts.ts'
import type { Known } from './memory.ts'

/**
 * Refuses a schedule that says "refuse" and would find the loudspeaker taken, or take it from another.
 * @throws AppError schedule-conflict with the conflicts
 */
export const requireNoConflict = (
  schedule: Schedule,
  draft: Content,
  known: Pick<Known, 'areas' | 'assets' | 'devices' | 'relayHosts'>,
  now: EpochMs,
): void => {
  if (schedule.onConflict !== 'refuse') return
  const entry = { what: 'schedule' as const, id: schedule.id, value: schedule }
  const audiences = createAudiences(known, withEntries(draft, [entry]))
  const conflicts: Conflict[] = conflictsOf(schedule, audiences, known, now)
  const [first] = conflicts
  if (!first) return
  const params = { name: schedule.name, other: first.other.name, devices: first.devices }
  throw new AppError('schedule-conflict', params, { attached: { conflicts } })
}
