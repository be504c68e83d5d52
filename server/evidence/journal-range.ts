import type { DeviceId, EpochMs } from '#protocol'
import type { JournalRow } from '../store/evidence.ts'
import type { Store } from '../store/store.ts'

/** Records [from, to) of a journal. */
export type Range = { from: number; to: number }

const writtenAt = (bytes: string): EpochMs | undefined => {
  try {
    const { at } = JSON.parse(bytes) as { at?: unknown }
    return typeof at === 'number' ? at : undefined
  } catch {
    return undefined
  }
}

/** The first record that was written at or after an instant, by halving. */
const firstFrom = async (
  evidence: Store['evidence'],
  row: JournalRow,
  instant: EpochMs,
): Promise<number> => {
  const deviceId = row.device_id as DeviceId
  let [low, high] = [row.archived, row.next]
  while (low < high) {
    const middle = Math.floor((low + high) / 2)
    const record = await evidence.record({ deviceId, epoch: row.epoch, seq: middle })
    const at = record && writtenAt(record.bytes)
    if (at !== undefined && at >= instant) high = middle
    else low = middle + 1
  }
  return low
}

/**
 * The records that a period needs to be proved whole: those that were written in it, those of plays
 * that were planned in it whenever they were written, and one more at either end, so that everybody
 * sees that nothing lies in between.
 * @param plays lowest and highest record of a play planned in the period, where there is one
 */
export const rangeOf = async (
  evidence: Store['evidence'],
  row: JournalRow,
  period: { from: EpochMs | null; to: EpochMs | null },
  plays: Range | undefined,
): Promise<Range> => {
  const first = period.from === null ? row.archived : await firstFrom(evidence, row, period.from)
  const end = period.to === null ? row.next : await firstFrom(evidence, row, period.to)
  const from = Math.min(first, plays?.from ?? first)
  const to = Math.max(end, plays?.to ?? end)
  return { from: Math.max(row.archived, from - 1), to: Math.min(row.next, to + 1) }
}
