import { addDays, dateAt, misfitsOf } from '#playlists'
import {
  type AreaId,
  type Conflict,
  type EpochMs,
  HORIZON_DAYS,
  type Impact,
  type Misfit,
  type Schedule,
} from '#protocol'
import type { Content } from '../store/content.ts'
import { type Audiences, placeOf } from './audiences.ts'
import { groupsOf } from './changed-devices.ts'
import type { Difference } from './changes.ts'
import { compilerFor } from './compilers.ts'
import { createEffects, type Effect, type Group } from './effect.ts'
import { conflictsOf } from './find-conflicts.ts'
import type { Foresight } from './foresight.ts'
import { createInterruptions } from './interruptions.ts'
import type { Known } from './memory.ts'
import { createPause } from './pause.ts'
import {
  createSilences,
  emergencyStatements,
  looserStatements,
  noteEmptyWindows,
} from './statements.ts'
import { targetStates } from './target-states.ts'
import { touchedBy } from './touched.ts'
import { createWithheld } from './withheld.ts'

type AreaImpact = Impact['areas'][number]
type Moves = Pick<AreaImpact, 'starts' | 'stops' | 'moves' | 'alters'>

/** What begins, ends, moves and sounds different for a group, by the first time of each. */
const movesOf = ({ gains, losses, alters }: Effect, now: EpochMs): Moves => {
  const found: Moves = { starts: [], stops: [], moves: [], alters: [] }
  for (const [id, { schedule, span }] of gains) {
    const lost = losses.get(id)
    if (lost) found.moves.push({ ...schedule, from: lost.span, to: span })
    else found.starts.push({ ...schedule, at: Math.max(now, span.from) })
  }
  for (const [id, { schedule, span }] of losses)
    if (!gains.has(id)) found.stops.push({ ...schedule, at: Math.max(now, span.from) })
  for (const [id, { schedule, span }] of alters) {
    if (!gains.has(id) && !losses.has(id))
      found.alters.push({ ...schedule, at: Math.max(now, span.from) })
  }
  return found
}

/** Groups of one area mostly move alike: each thing is said once, with its earliest time. */
const joinMoves = (area: AreaImpact, moves: Moves): void => {
  for (const kind of ['starts', 'stops', 'alters'] as const) {
    for (const one of moves[kind]) {
      const known = area[kind].find(({ id }) => id === one.id)
      if (known) known.at = Math.min(known.at, one.at)
      else area[kind].push({ ...one })
    }
  }
  for (const one of moves.moves)
    if (!area.moves.some(({ id }) => id === one.id)) area.moves.push(one)
}

const createAreas = () => {
  const areas = new Map<AreaId, AreaImpact>()
  return {
    add({ devices }: Group, firstChangeAt: EpochMs, moves: Moves) {
      for (const { areaId, areaPath: path } of devices) {
        const known = areas.get(areaId)
        if (known) known.devices += 1
        const none = { starts: [], stops: [], moves: [], alters: [] }
        const area = known ?? { areaId, path, devices: 1, firstChangeAt, ...none }
        area.firstChangeAt = Math.min(area.firstChangeAt, firstChangeAt)
        areas.set(areaId, area)
      }
      for (const areaId of new Set(devices.map((device) => device.areaId)))
        joinMoves(areas.get(areaId) as AreaImpact, moves)
    },
    list: (): AreaImpact[] => [...areas.values()].sort((a, b) => a.firstChangeAt - b.firstChangeAt),
  }
}

/** What publishing some changes would do, worked out for the devices that they touch and no others. */
export const impactOf = async (
  chosen: readonly Difference[],
  content: Content,
  known: Known,
  foresight: Foresight,
  now: EpochMs,
): Promise<Omit<Impact, 'draft' | 'changes' | 'foreign' | 'undone' | 'needsSecondPerson'>> => {
  const before = foresight.audiences(known, known.published)
  const after = foresight.audiences(known, content)
  const { programme } = after
  const touched = touchedBy(chosen, content)
  const touchedIds = new Set<string>(touched.map(({ id }) => id))
  const edited = new Set(
    chosen.filter(({ entry }) => entry.what === 'schedule').map(({ entry }) => entry.id),
  )
  const areas = createAreas()
  const withheld = createWithheld()
  const interruptions = createInterruptions()
  const silences = createSilences()
  const misfits = new Map<string, Misfit>()
  const pause = createPause()
  const effects: { group: Group; effect: Effect }[] = []
  const effectOf = createEffects({
    before: before.programme,
    after: programme,
    foresight,
    edited,
    interruptions,
    now,
    pause,
    onPlan(plan, date, { devices }) {
      for (const item of plan.withheld)
        if (touchedIds.has(item.scheduleId)) withheld.add(item, date, devices.length)
    },
  })

  for (const group of groupsOf(known.devices.values(), before, after)) {
    const effect = await effectOf(group)
    silences.addGroup(group, effect.silenced)
    if (effect.firstAt !== null) {
      effects.push({ group, effect })
      areas.add(group, effect.firstAt, movesOf(effect, now))
    }
    for (const schedule of group.after.schedules) {
      if (!touchedIds.has(schedule.id) || misfits.has(schedule.id)) continue
      if (programme.playlists.get(schedule.playlistId)?.channel !== 'audio') continue
      const today = dateAt(now, group.after.timeZone)
      const compiler = compilerFor(programme, today)
      const last = addDays(today, HORIZON_DAYS - 1)
      const [misfit] = misfitsOf(compiler, [schedule], placeOf(group.after, 'audio'), today, last)
      if (misfit) misfits.set(schedule.id, misfit)
    }
  }
  noteEmptyWindows(chosen, silences, known)

  const conflicts = await conflictsAmong(touched, after, known, now, pause)
  const found = areas.list()
  const interrupted = interruptions.list()
  return {
    days: HORIZON_DAYS,
    devices: effects.reduce((sum, { group }) => sum + group.devices.length, 0),
    firstChangeAt: found[0]?.firstChangeAt ?? null,
    areas: found,
    conflicts,
    interruptions: interrupted,
    statements: [
      ...silences.list(),
      ...emergencyStatements(content, touched, effects, interrupted),
      ...looserStatements(chosen, known.published, content, known),
    ],
    withheld: withheld.list(),
    misfits: [...misfits.values()],
    targets: targetStates(
      effects.map(({ group }) => ({ audience: group.after, devices: group.devices.length })),
      content.campaigns,
      programme,
      foresight.plans,
      now,
    ),
  }
}

const conflictsAmong = async (
  touched: readonly Schedule[],
  after: Audiences,
  known: Known,
  now: EpochMs,
  pause: () => Promise<void> | undefined,
): Promise<Conflict[]> => {
  const conflicts = new Map<string, Conflict>()
  for (const schedule of touched) {
    for (const conflict of conflictsOf(schedule, after, known, now)) {
      const pair = [conflict.schedule.id, conflict.other.id].sort().join()
      if (!conflicts.has(pair)) conflicts.set(pair, conflict)
    }
    await pause()
  }
  return [...conflicts.values()]
}
