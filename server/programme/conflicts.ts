import { AppError, type Conflict, type Schedule } from '#protocol'

/**
 * Refuses a schedule that says "refuse" and would find the loudspeaker taken, or take it from another.
 * @throws AppError schedule-conflict with the conflicts
 */
export const requireNoConflict = (
  { name }: Pick<Schedule, 'name'>,
  conflicts: readonly Conflict[],
): void => {
  const [first] = conflicts
  if (!first) return
  const params = { name, other: first.other.name, devices: first.devices }
  throw new AppError('schedule-conflict', params, { attached: { conflicts: [...conflicts] } })
}
