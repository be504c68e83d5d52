import { addDays, dateAt, findConflicts, type Hearers } from '#playlists'
import { type Conflict, type EpochMs, HORIZON_DAYS, type Schedule } from '#protocol'
import { type Audiences, placeOf } from './audiences.ts'
import { compilerFor } from './compilers.ts'
import type { Known } from './memory.ts'

/** Where a schedule and another of its class want one loudspeaker at the same time. */
export const conflictsOf = (
  schedule: Schedule,
  audiences: Audiences,
  known: Pick<Known, 'devices'>,
  now: EpochMs,
): Conflict[] => {
  const { programme } = audiences
  const isSound = ({ playlistId }: Schedule) =>
    programme.playlists.get(playlistId)?.channel === 'audio'
  if (!isSound(schedule)) return []
  const groups = new Map<string, Hearers & { devices: string[] }>()
  for (const device of audiences.reached(schedule, known.devices.values())) {
    if (!device.channels.includes('audio')) continue
    const audience = audiences.of(device)
    const group = groups.get(audience.key) ?? {
      // Only its own class can be in its way.
      schedules: audience.schedules.filter(
        (other) => other.priority === schedule.priority && isSound(other),
      ),
      place: placeOf(audience, 'audio'),
      devices: [],
    }
    group.devices.push(`${device.name} · ${device.areaPath.at(-1)}`)
    groups.set(audience.key, group)
  }
  const byZone = Map.groupBy(groups.values(), ({ place }) => place.timeZone)
  return [...byZone].flatMap(([timeZone, hearers]) => {
    const today = dateAt(now, timeZone)
    const compiler = compilerFor(programme, today)
    return findConflicts(compiler, hearers, today, addDays(today, HORIZON_DAYS - 1), schedule.id)
  })
}
