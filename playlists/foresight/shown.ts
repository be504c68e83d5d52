import type { TimelineEntry } from '#protocol'
import type { Entry } from '../timeline/entries.ts'

/** What is on air, as people read it. */
export const toTimelineEntry = ({ item, segment, planSha256, from, to }: Entry): TimelineEntry => ({
  from,
  to,
  item,
  role: item.role,
  volume: segment.volume,
  because: segment.because,
  // Plans that were never turned into bytes have no hash.
  planSha256: planSha256 || null,
})
