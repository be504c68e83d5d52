import type {
  ItemRole,
  PlanItem,
  Playlist,
  PlaylistId,
  PlaylistItem,
  Schedule,
  Withheld,
} from '#protocol'
import type { Programme } from '../compile/programme.ts'
import { memo } from '../memo.ts'
import { type Deciding, planItem, type Wanted } from './plan-items.ts'
import { shuffled } from './shuffled.ts'

/** What is never torn apart: an item, with the chime that announces it. */
export type Unit = readonly PlanItem[]

/** Deeper than this no playlist is nested, and longer than this none is unfolded. */
export const MOST_NESTED = 8
export const MOST_UNITS = 20_000

/** The day for which a playlist is unfolded, and the how-manyeth turn of its schedule that is. */
export type Turn = Deciding & { turn: () => number; chime: Wanted | null; units: Units }

/** What entries of playlists were found to be for a schedule; it holds on all dates that are alike. */
export type Units = Map<PlaylistItem, { unit: Unit; withheld: readonly Withheld[] }>

type Unfolding = {
  schedule: Schedule
  programme: Programme
  turn: Turn
  role: ItemRole
  withheld: Withheld[]
  room: { left: number }
}

const modulo = (value: number, by: number): number => ((value % by) + by) % by

/** `take` units for a turn, going on where the turn before left off, round after round [NE2]. */
const taken = (units: readonly Unit[], list: Playlist, take: number, turn: number): Unit[] => {
  const { length } = units
  if (length === 0) return []
  const round = memo((number: number) =>
    list.shuffle ? shuffled(units, `${list.id} ${number}`) : units,
  )
  return Array.from({ length: Math.min(take, length) }, (_, index) => {
    const place = turn * take + index
    return round(Math.floor(place / length))[modulo(place, length)] as Unit
  })
}

type AssetEntry = Extract<PlaylistItem, { kind: 'asset' }>

const lookUp = (entry: AssetEntry, on: Unfolding): { unit: Unit; withheld: Withheld[] } => {
  const { schedule, programme, turn, role } = on
  const { assetId, durationMs, gainDb } = entry
  const found = planItem(schedule, { assetId, durationMs, gainDb, role }, programme, turn)
  if ('withheld' in found) return { unit: [], withheld: [found.withheld] }
  const chime =
    entry.chime && turn.chime ? planItem(schedule, turn.chime, programme, turn) : undefined
  const withheld = chime && 'withheld' in chime ? [chime.withheld] : []
  return { unit: [...(chime && 'item' in chime ? [chime.item] : []), found.item], withheld }
}

/** A long list that is shuffled has another order each day, and the same items. */
const assetUnit = (entry: AssetEntry, on: Unfolding): Unit[] => {
  const known = on.turn.units.get(entry) ?? lookUp(entry, on)
  on.turn.units.set(entry, known)
  on.withheld.push(...known.withheld)
  return known.unit.length > 0 ? [known.unit] : []
}

const unitsOf = (
  id: PlaylistId,
  on: Unfolding,
  path: readonly PlaylistId[],
  take: number | null,
): Unit[] => {
  const list = on.programme.playlists.get(id)
  const { schedule, turn, withheld } = on
  if (!list || path.includes(id) || path.length >= MOST_NESTED || on.room.left <= 0) {
    const lost = { scheduleId: schedule.id, schedule: schedule.name, assetId: null, at: null }
    withheld.push({ ...lost, title: list?.name ?? '', reason: 'asset-missing' })
    return []
  }
  const isShuffledWhole = list.shuffle && take === null
  const entries = isShuffledWhole ? shuffled(list.items, `${id} ${turn.date}`) : list.items
  const inside = [...path, id]
  const units: Unit[] = []
  for (const entry of entries) {
    if (on.room.left <= 0) break
    on.room.left -= 1
    const more =
      entry.kind === 'asset'
        ? assetUnit(entry, on)
        : unitsOf(entry.playlistId, on, inside, entry.take)
    for (const unit of more) units.push(unit)
  }
  return take === null ? units : taken(units, list, take, turn.turn())
}

/** The units of a playlist that may be played on a day, in their order, and what may not. */
export const unfold = (
  schedule: Schedule,
  playlistId: PlaylistId,
  role: ItemRole,
  programme: Programme,
  turn: Turn,
): { units: Unit[]; withheld: Withheld[] } => {
  const withheld: Withheld[] = []
  const on = { schedule, programme, turn, role, withheld, room: { left: MOST_UNITS } }
  return { units: unitsOf(playlistId, on, [], null), withheld }
}
