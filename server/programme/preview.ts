import { misfitsOf, occurrencesOf } from '#playlists'
import type {
  EpochMs,
  Misfit,
  Playlist,
  PolicyBreak,
  Preview,
  PreviewInput,
  Schedule,
} from '#protocol'
import { type Entry, withEntries } from '../store/content.ts'
import { placeOf } from './audiences.ts'
import { compilerFor } from './compilers.ts'
import { createEffects, type Group } from './effect.ts'
import { conflictsOf } from './find-conflicts.ts'
import type { Foresight } from './foresight.ts'
import { createInterruptions } from './interruptions.ts'
import type { Known, KnownDevice } from './memory.ts'
import { createPause } from './pause.ts'
import { createWithheld } from './withheld.ts'

/** What a schedule that nobody has saved would do, if it were in the draft. */
export const preview = async (
  { from, to, playlist }: Pick<PreviewInput, 'from' | 'to' | 'playlist'>,
  schedule: Schedule,
  known: Known,
  foresight: Foresight,
  now: EpochMs,
): Promise<Preview> => {
  const { audiences: audiencesOf, plans } = foresight
  const entries: Entry[] = [{ what: 'schedule', id: schedule.id, value: schedule }]
  if (playlist) {
    const value: Playlist = { id: schedule.playlistId, version: 1, ...playlist }
    entries.push({ what: 'playlist', id: value.id, value })
  }
  const audiences = audiencesOf(known, withEntries(known.draft, entries))
  // What others would have without it: the draft, and not the schedule as it is now.
  const absent = withEntries(known.draft, [{ what: 'schedule', id: schedule.id, value: null }])
  const without = audiencesOf(known, absent)
  const { programme } = audiences
  const compiler = compilerFor(programme, from)
  const channel = programme.playlists.get(schedule.playlistId)?.channel
  const reached = audiences
    .reached(schedule, known.devices.values())
    .filter(({ channels }) => channel && channels.includes(channel))

  const groups = new Map<string, Group & { devices: KnownDevice[] }>()
  for (const device of reached) {
    const [before, after] = [without.of(device), audiences.of(device)]
    const group = groups.get(after.key) ?? { before, after, devices: [] }
    group.devices.push(device)
    groups.set(after.key, group)
  }
  const occurrences = new Map<string, Preview['occurrences'][number]>()
  const withheld = createWithheld()
  const misfits = new Map<string, Misfit>()
  const breaks = new Set<PolicyBreak>()
  const interruptions = createInterruptions()
  const pause = createPause()
  const edited = new Set<string>([schedule.id])
  const effectOf = createEffects({
    before: without.programme,
    after: programme,
    foresight,
    edited,
    interruptions,
    now,
    pause,
  })
  for (const group of groups.values()) {
    if (!channel) continue
    const { after: audience, devices } = group
    const place = placeOf(audience, channel)
    const found = occurrencesOf(compiler, schedule, place, from, to).filter((one) => one.to > now)
    for (const one of found) occurrences.set(`${one.from} ${one.to}`, one)
    for (const date of new Set(found.map((one) => one.date))) {
      const { plan } = plans(audience, programme, date, channel)
      for (const item of plan.withheld)
        if (item.scheduleId === schedule.id) withheld.add(item, date, devices.length)
      await pause()
    }
    for (const misfit of misfitsOf(compiler, [schedule], place, from, to))
      misfits.set(`${misfit.kind} ${misfit.windowMs}`, misfit)
    const effect = await effectOf(group, { channels: [channel], from, to })
    for (const one of effect.breaks.get(schedule.id) ?? []) breaks.add(one)
  }
  return {
    devices: reached.length,
    occurrences: [...occurrences.values()].sort((a, b) => a.from - b.from),
    conflicts: conflictsOf(schedule, audiences, known, now),
    interruptions: interruptions.list(),
    breaks: [...breaks],
    withheld: withheld.list(),
    misfits: [...misfits.values()],
  }
}
