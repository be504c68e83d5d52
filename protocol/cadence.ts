import { z } from 'zod'

/** So many rounds at most begin in one window: every 30 minutes for a whole day. */
export const MOST_ROUNDS = 48

/**
 * When the rounds of a schedule begin within its window, by the clock and not by how long items are:
 * every so many minutes from the start of the window, or at a minute of every hour.
 */
export const Cadence = z
  .discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('interval'), minutes: z.int().min(5).max(720) }),
    z.strictObject({ kind: z.literal('hourly'), minute: z.int().min(0).max(59) }),
  ])
  .meta({
    id: 'Cadence',
    description:
      'Rounds within the window, by the clock: every so many minutes from its start, or at a minute of every hour; ' +
      '48 in a window at most. With `fill` end and one repeat only.',
  })
export type Cadence = z.infer<typeof Cadence>

const DAY_S = 86_400
const HOUR_S = 3_600

const secondsOf = (time: string): number => {
  const [hours = 0, minutes = 0, seconds = 0] = time.split(':').map(Number)
  return hours * HOUR_S + minutes * 60 + seconds
}

/** How many rounds begin between two times of an ordinary day; an end at or before the start is the next day's. */
export const roundsBetween = (cadence: Cadence, startTime: string, endTime: string): number => {
  const from = secondsOf(startTime)
  const to = secondsOf(endTime) + (secondsOf(endTime) <= from ? DAY_S : 0)
  if (cadence.kind === 'interval') return Math.ceil((to - from) / (cadence.minutes * 60))
  const marksBefore = (at: number) => Math.ceil((at - cadence.minute * 60) / HOUR_S)
  return marksBefore(to) - marksBefore(from)
}
