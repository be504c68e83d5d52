import type { Channel, DurationMs, PlanItem, Schedule } from '#protocol'

export const totalMs = (items: readonly PlanItem[]): DurationMs =>
  items.reduce((sum, item) => sum + item.durationMs, 0)

/**
 * How long a playlist is on air in a window of a given length, counted from the window's start.
 * 0: not at all.
 */
export const airtimeMs = (
  items: readonly PlanItem[],
  windowMs: DurationMs,
  fill: Schedule['fill'],
  channel: Channel,
): DurationMs => {
  const total = totalMs(items)
  if (total === 0) return 0
  const available = fill === 'repeat' ? windowMs : Math.min(total, windowMs)
  if (channel === 'screen') return available
  const rounds = Math.floor(available / total)
  let airtime = rounds * total
  for (const item of items) {
    if (airtime + item.durationMs > available) break
    airtime += item.durationMs
  }
  return airtime
}
