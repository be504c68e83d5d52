import { addDays, dateAt } from '#playlists'
import type { Conflict, EpochMs, Schedule } from '#protocol'
import type { Audience, Audiences } from './audiences.ts'
import type { Known, KnownDevice } from './memory.ts'
import { type Window, windowsOf } from './windows.ts'

const DAYS = 34
const NAMED = 5

type Meeting = { from: EpochMs; to: EpochMs; dates: Set<string> }

const meetings = (ours: readonly Window[], theirs: readonly Window[]): Meeting | undefined => {
  let first: Meeting | undefined
  const dates = new Set<string>()
  let start = 0
  for (const a of ours) {
    while (start < theirs.length && (theirs[start] as Window).to <= a.from) start += 1
    for (let index = start; index < theirs.length; index++) {
      const b = theirs[index] as Window
      if (a.to <= b.from) break
      dates.add(a.date)
      first ??= { from: Math.max(a.from, b.from), to: Math.min(a.to, b.to), dates }
    }
  }
  return first
}

/** Where a schedule and another of its class want one loudspeaker at the same time. */
export const conflictsOf = (
  schedule: Schedule,
  audiences: Audiences,
  known: Pick<Known, 'devices'>,
  now: EpochMs,
): Conflict[] => {
  const { playlists } = audiences.programme
  if (playlists.get(schedule.playlistId)?.channel !== 'audio') return []
  const groups = new Map<string, { audience: Audience; devices: KnownDevice[] }>()
  for (const device of audiences.reached(schedule, known.devices.values())) {
    if (!device.channels.includes('audio')) continue
    const audience = audiences.of(device)
    const group = groups.get(audience.key) ?? { audience, devices: [] }
    group.devices.push(device)
    groups.set(audience.key, group)
  }
  const found = new Map<string, Conflict & { dates: Set<string> }>()
  const memo = new Map<string, Window[]>()
  for (const { audience, devices } of groups.values()) {
    const first = addDays(dateAt(now, audience.timeZone), -1)
    const last = addDays(first, DAYS)
    const windows = (one: Schedule): Window[] => {
      const dayparts = one.time.daypart === null ? '' : JSON.stringify(audience.policy.dayparts)
      const name = `${one.id} ${audience.timeZone} ${dayparts}`
      const held =
        memo.get(name) ?? windowsOf(one, audience, first, last).filter(({ to }) => to > now)
      memo.set(name, held)
      return held
    }
    const ours = windows(schedule)
    for (const other of audience.schedules) {
      const isRival = other.id !== schedule.id && other.priority === schedule.priority
      if (!isRival || playlists.get(other.playlistId)?.channel !== 'audio') continue
      const meeting = meetings(ours, windows(other))
      if (!meeting) continue
      const conflict = found.get(other.id) ?? {
        from: meeting.from,
        to: meeting.to,
        schedule: { id: schedule.id, name: schedule.name },
        other: { id: other.id, name: other.name },
        winner: other.id,
        choice: schedule.onConflict,
        devices: 0,
        deviceNames: [],
        days: 1,
        dates: new Set<string>(),
      }
      conflict.devices += devices.length
      for (const { name } of devices)
        if (conflict.deviceNames.length < NAMED) conflict.deviceNames.push(name)
      for (const date of meeting.dates) conflict.dates.add(date)
      if (meeting.from < conflict.from)
        Object.assign(conflict, { from: meeting.from, to: meeting.to })
      found.set(other.id, conflict)
    }
  }
  return [...found.values()].map(({ dates, ...conflict }) => ({ ...conflict, days: dates.size }))
}
