import { addDays, dateAt, datesFrom, misfitsOf, occurrencesOf, type Programme } from '#playlists'
import type { AreaId, Conflict, EpochMs, Impact, Misfit, Schedule } from '#protocol'
import { DAYS_AHEAD } from '../publish/compile-audience.ts'
import type { Content } from '../store/content.ts'
import { type Audience, placeOf } from './audiences.ts'
import { type ChangedDevices, changedDevices } from './changed-devices.ts'
import type { Difference } from './changes.ts'
import { compilerFor } from './compilers.ts'
import { daypartChanges } from './dayparts.ts'
import { conflictsOf } from './find-conflicts.ts'
import type { Foresight } from './foresight.ts'
import type { Known } from './memory.ts'
import { createPause } from './pause.ts'
import { targetStates } from './target-states.ts'
import { createWithheld } from './withheld.ts'

/** Withheld items and misfits are looked for on so many days. */
const LOOKED_AT_DAYS = 7

const scheduleIn = ({ schedules }: Audience, id: string): Schedule | undefined =>
  schedules.find((schedule) => schedule.id === id)

type AreaImpact = Impact['areas'][number]

/** What begins, ends and moves for a group, by the first time of each. */
const movesOf = (
  { before, after }: ChangedDevices,
  programmes: { before: Programme; after: Programme },
  ids: readonly string[],
  now: EpochMs,
) => {
  const today = dateAt(now, after.timeZone)
  const first = (audience: Audience, programme: Programme, id: string) => {
    const schedule = scheduleIn(audience, id)
    const compiler = compilerFor(programme, today)
    const place = placeOf(audience, 'audio')
    const span = [addDays(today, -1), addDays(today, DAYS_AHEAD)] as const
    const window =
      schedule && occurrencesOf(compiler, schedule, place, ...span).find(({ to }) => to > now)
    return window && { name: schedule.name, span: { from: window.from, to: window.to } }
  }
  const found: Pick<AreaImpact, 'starts' | 'stops' | 'moves'> = { starts: [], stops: [], moves: [] }
  for (const id of ids) {
    const old = first(before, programmes.before, id)
    const fresh = first(after, programmes.after, id)
    if (fresh && !old) found.starts.push({ name: fresh.name, at: fresh.span.from })
    else if (old && !fresh) found.stops.push({ name: old.name, at: old.span.from })
    else if (old && fresh && (old.span.from !== fresh.span.from || old.span.to !== fresh.span.to))
      found.moves.push({ name: fresh.name, from: old.span, to: fresh.span })
  }
  return found
}

/** Groups of one area mostly move alike: each thing is said once. */
const joinMoves = (area: AreaImpact, moves: ReturnType<typeof movesOf>): void => {
  for (const kind of ['starts', 'stops', 'moves'] as const) {
    const known: { name: string }[] = area[kind]
    for (const one of moves[kind]) if (!known.some(({ name }) => name === one.name)) known.push(one)
  }
}

/** Schedules that a change is about: themselves, or what they play. */
const touchedBy = (chosen: readonly Difference[], { schedules }: Content): Schedule[] => {
  const ids = new Set(chosen.map(({ entry }) => entry.id))
  return schedules.filter(
    ({ id, playlistId, fillPlaylistId }) =>
      ids.has(id) || ids.has(playlistId) || (fillPlaylistId !== null && ids.has(fillPlaylistId)),
  )
}

/** What publishing some changes would do, worked out for the devices that they touch and no others. */
export const impactOf = async (
  chosen: readonly Difference[],
  content: Content,
  known: Known,
  foresight: Foresight,
  now: EpochMs,
): Promise<Omit<Impact, 'draft' | 'changes' | 'foreign'>> => {
  const before = foresight.audiences(known, known.published)
  const after = foresight.audiences(known, content)
  const { programme } = after
  const programmes = { before: before.programme, after: programme }
  const touched = touchedBy(chosen, content)
  const changedIds = [
    ...chosen.filter(({ entry }) => entry.what === 'schedule').map(({ entry }) => entry.id),
    ...daypartChanges(known.published, content, known).map(({ scheduleId }) => scheduleId),
  ]
  const touchedIds = new Set<string>(touched.map(({ id }) => id))
  const areas = new Map<AreaId, AreaImpact>()
  const withheld = createWithheld()
  const misfits = new Map<string, Misfit>()
  const pause = createPause()
  const affected: ChangedDevices[] = []

  const all = known.devices.values()
  for await (const group of changedDevices(all, before, after, foresight.plans, now, pause)) {
    const { firstAt: at } = group
    affected.push(group)
    const moves = movesOf(group, programmes, changedIds, now)
    for (const { areaId, areaPath } of group.devices) {
      const area = areas.get(areaId)
      if (!area) {
        const none = { starts: [], stops: [], moves: [] }
        const fresh = { areaId, path: areaPath, devices: 1, firstChangeAt: at, ...none }
        joinMoves(fresh, moves)
        areas.set(areaId, fresh)
        continue
      }
      area.devices += 1
      area.firstChangeAt = Math.min(area.firstChangeAt, at)
      joinMoves(area, moves)
    }
    const { timeZone, channels, schedules } = group.after
    const today = dateAt(now, timeZone)
    const last = addDays(today, LOOKED_AT_DAYS - 1)
    for (const date of datesFrom(today, last)) {
      for (const channel of channels) {
        const { plan } = foresight.plans(group.after, programme, date, channel)
        for (const item of plan.withheld)
          if (touchedIds.has(item.scheduleId)) withheld.add(item, date, group.devices.length)
      }
      await pause()
    }
    for (const schedule of schedules) {
      if (!touchedIds.has(schedule.id) || misfits.has(schedule.id)) continue
      const place = placeOf(group.after, 'audio')
      const compiler = compilerFor(programme, today)
      if (programme.playlists.get(schedule.playlistId)?.channel !== 'audio') continue
      const [misfit] = misfitsOf(compiler, [schedule], place, today, last)
      if (misfit) misfits.set(schedule.id, misfit)
    }
  }

  const conflicts = new Map<string, Conflict>()
  for (const schedule of touched) {
    for (const conflict of conflictsOf(schedule, after, known, now)) {
      const pair = [conflict.schedule.id, conflict.other.id].sort().join()
      if (!conflicts.has(pair)) conflicts.set(pair, conflict)
    }
    await pause()
  }
  const found = [...areas.values()].sort((a, b) => a.firstChangeAt - b.firstChangeAt)
  return {
    devices: affected.reduce((sum, { devices }) => sum + devices.length, 0),
    firstChangeAt: found[0]?.firstChangeAt ?? null,
    areas: found,
    conflicts: [...conflicts.values()],
    withheld: withheld.list(),
    misfits: [...misfits.values()],
    targets: targetStates(
      affected.map((group) => ({ audience: group.after, devices: group.devices.length })),
      content.campaigns,
      programme,
      foresight.plans,
      now,
    ),
  }
}
