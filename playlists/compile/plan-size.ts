import { AppError, type DayPlan, type Segment } from '#protocol'

/** More items than this no day plan of a channel holds; an item counts in every stretch that names it. */
export const MOST_PLAN_ITEMS = 20_000
/** Longer than this no plan is written, in characters; a device refuses plans of 16 MB. */
const MOST_PLAN_TEXT = 8_000_000

/** The name of the schedule that most items of some stretches are from. */
const largest = (segments: readonly Pick<Segment, 'items'>[]): string => {
  const counts = new Map<string, { name: string; items: number }>()
  for (const { items } of segments) {
    for (const { schedule } of items) {
      const count = counts.get(schedule.id) ?? { name: schedule.name, items: 0 }
      count.items += 1
      counts.set(schedule.id, count)
    }
  }
  return [...counts.values()].sort((a, b) => b.items - a.items)[0]?.name ?? ''
}

/** @throws AppError plan-too-large where a plan holds more items than a device should take [CP5] */
export const requireItems = ({ segments }: Pick<DayPlan, 'segments'>): void => {
  const items = segments.reduce((sum, segment) => sum + segment.items.length, 0)
  if (items <= MOST_PLAN_ITEMS) return
  throw new AppError('plan-too-large', { name: largest(segments), items, most: MOST_PLAN_ITEMS })
}

/** @throws AppError plan-too-long where a plan would be longer than a device takes [CP5] */
export const requireText = (length: number, { segments }: Pick<DayPlan, 'segments'>): void => {
  if (length <= MOST_PLAN_TEXT) return
  const megabytes = Math.ceil(length / 1e6)
  const most = MOST_PLAN_TEXT / 1e6
  throw new AppError('plan-too-long', { name: largest(segments), megabytes, most })
}
