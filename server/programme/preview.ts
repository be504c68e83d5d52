import { misfitsOf, occurrencesOf } from '#playlists'
import type { EpochMs, Misfit, Playlist, Preview, PreviewInput, Schedule } from '#protocol'
import { type Entry, withEntries } from '../store/content.ts'
import { type Audience, placeOf } from './audiences.ts'
import { compilerFor } from './compilers.ts'
import { conflictsOf } from './find-conflicts.ts'
import type { Foresight } from './foresight.ts'
import type { Known } from './memory.ts'
import { createPause } from './pause.ts'
import { createWithheld } from './withheld.ts'

/** What a schedule that nobody has saved would do, if it were in the draft. */
export const preview = async (
  { from, to, playlist }: Pick<PreviewInput, 'from' | 'to' | 'playlist'>,
  schedule: Schedule,
  known: Known,
  { audiences: audiencesOf, plans }: Foresight,
  now: EpochMs,
): Promise<Preview> => {
  const entries: Entry[] = [{ what: 'schedule', id: schedule.id, value: schedule }]
  if (playlist) {
    const value: Playlist = { id: schedule.playlistId, version: 1, ...playlist }
    entries.push({ what: 'playlist', id: value.id, value })
  }
  const audiences = audiencesOf(known, withEntries(known.draft, entries))
  const { programme } = audiences
  const compiler = compilerFor(programme, from)
  const channel = programme.playlists.get(schedule.playlistId)?.channel
  const reached = audiences
    .reached(schedule, known.devices.values())
    .filter(({ channels }) => channel && channels.includes(channel))

  const groups = new Map<string, { audience: Audience; devices: number }>()
  for (const device of reached) {
    const audience = audiences.of(device)
    const group = groups.get(audience.key) ?? { audience, devices: 0 }
    group.devices += 1
    groups.set(audience.key, group)
  }
  const occurrences = new Map<string, Preview['occurrences'][number]>()
  const withheld = createWithheld()
  const misfits = new Map<string, Misfit>()
  const pause = createPause()
  for (const { audience, devices } of groups.values()) {
    if (!channel) continue
    const place = placeOf(audience, channel)
    const found = occurrencesOf(compiler, schedule, place, from, to)
    for (const one of found) occurrences.set(`${one.from} ${one.to}`, one)
    for (const date of new Set(found.map((one) => one.date))) {
      const { plan } = plans(audience, programme, date, channel)
      for (const item of plan.withheld)
        if (item.scheduleId === schedule.id) withheld.add(item, date, devices)
      await pause()
    }
    for (const misfit of misfitsOf(compiler, [schedule], place, from, to))
      misfits.set(`${misfit.kind} ${misfit.windowMs}`, misfit)
  }
  return {
    devices: reached.length,
    occurrences: [...occurrences.values()].sort((a, b) => a.from - b.from),
    conflicts: conflictsOf(schedule, audiences, known, now),
    withheld: withheld.list(),
    misfits: [...misfits.values()],
  }
}
