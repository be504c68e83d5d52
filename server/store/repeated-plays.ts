import type { Transaction } from 'kysely'
import type { DeviceId, JournalRecord, Play } from '#protocol'
import { isRepeated, type Told } from '../evidence/repeated.ts'
import type { Schema } from './schema.ts'

type PlayRow = Schema['play']

const AT_ONCE = 400

/** Which entry of the plan a play is of. */
const entryOf = ({ planned_start_at, channel, schedule_id, asset_sha256 }: PlayRow): string =>
  `${planned_start_at} ${channel} ${schedule_id} ${asset_sha256}`

const playIn = (bytes: string | undefined): Play | undefined => {
  if (bytes === undefined) return undefined
  // What is stored, and what has a row, was checked when it was read.
  const { event } = JSON.parse(bytes) as JournalRecord
  return event.kind === 'play' ? event.play : undefined
}

/**
 * Finds plays whose entry of the plan is counted already, told in whatever epoch: a device that begins
 * a new one sends again what was not acknowledged, and a copy of a device plays the same plan.
 * @param fresh rows of the plays that are about to be stored
 * @param bytesOf the record of one of them
 * @returns their numbers
 */
export const findRepeated = async (
  tx: Transaction<Schema>,
  deviceId: DeviceId,
  fresh: readonly PlayRow[],
  bytesOf: (seq: number) => string | undefined,
): Promise<Set<number>> => {
  const repeated = new Set<number>()
  const instants = [...new Set(fresh.map((row) => row.planned_start_at))]
  const entries = new Set(fresh.map(entryOf))
  const counted = new Map<string, Told[]>()
  const count = (entry: string, told: Told) => {
    const before = counted.get(entry)
    if (before) before.push(told)
    else counted.set(entry, [told])
  }
  for (let start = 0; start < instants.length; start += AT_ONCE) {
    const rows = await tx
      .selectFrom('play')
      .selectAll('play')
      .where('play.device_id', '=', deviceId)
      .where('play.planned_start_at', 'in', instants.slice(start, start + AT_ONCE))
      .execute()
    for (const row of rows.filter((one) => entries.has(entryOf(one)))) {
      const record = await tx
        .selectFrom('journal_record')
        .select('bytes')
        .where('device_id', '=', deviceId)
        .where('epoch', '=', row.epoch)
        .where('seq', '=', row.seq)
        .executeTakeFirst()
      const play = playIn(record?.bytes)
      if (play) count(entryOf(row), play)
    }
  }
  for (const row of fresh) {
    const play = playIn(bytesOf(row.seq))
    if (!play) continue
    const entry = entryOf(row)
    if (isRepeated(play, counted.get(entry) ?? [])) repeated.add(row.seq)
    else count(entry, play)
  }
  return repeated
}
