import type { ApartReason, DeviceId, JournalRecord, PlayLogEntry } from '#protocol'

type Row = {
  device_id: string
  epoch: number
  seq: number
  bytes: string
  received_at: number
}

/** A stored record of a play as the log shows it. */
export const toPlayLogEntry = (row: Row, apart: ApartReason | null): PlayLogEntry => {
  // What is stored was checked when it came.
  const { event, clock } = JSON.parse(row.bytes) as JournalRecord
  if (event.kind !== 'play') throw new Error('a play row points at a record that is no play')
  return {
    deviceId: row.device_id as DeviceId,
    epoch: row.epoch,
    seq: row.seq,
    receivedAt: row.received_at,
    clock,
    apart,
    isPlanned: apart !== 'unplanned',
    play: event.play,
  }
}
