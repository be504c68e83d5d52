import {
  type Area,
  type AreaId,
  type Campaign,
  type Coverage,
  type CoverageFilter,
  type CoverageRow,
  type DeviceId,
  NO_TALLY,
  type Tally,
  type ThemeSnapshot,
} from '#protocol'
import type { Scope } from '../store/areas.ts'
import type { CoverageCell, CoverageQuery } from '../store/coverage.ts'
import type { Store } from '../store/store.ts'
import { type AreaMap, createAreaMap } from './boundaries.ts'
import { addTally } from './coverage-sum.ts'

export type CoverageAsked = CoverageFilter & { rows: 'communes' | 'children' }

const DAY_MS = 86_400_000
/** A trend with more points than this is drawn by month. */
const MOST_DAYS = 92

const daysBetween = (from: string, to: string): number =>
  Math.round((Date.parse(to) - Date.parse(from)) / DAY_MS) + 1

export const queryOf = (asked: CoverageFilter, scope: Scope): CoverageQuery => {
  const { from, to, themeId, channel, dimension, value } = asked
  const by = dimension && value !== undefined ? { dimension, value } : null
  return { from, to, scope, themeId, channel, by }
}

/** Which themes the phases of their campaigns make active at some time in [from, to]. */
const activeIn = (campaigns: readonly Campaign[], from: string, to: string): ThemeSnapshot[] =>
  campaigns.flatMap(({ name, phases, themes }) => {
    const running = phases
      .filter((phase) => phase.from <= to && (phase.to === null || phase.to >= from))
      .map(({ code }) => code)
    return themes
      .filter((theme) => theme.phases.some((code) => running.includes(code)))
      .map(({ id, code, name: theme }) => ({ id, code, name: theme, campaign: name }))
  })

/** Puts cells of split areas where their devices stand today; what cannot be placed stays. */
const placeSplit = async (
  store: Store,
  map: AreaMap,
  query: CoverageQuery,
  cells: readonly CoverageCell[],
): Promise<CoverageCell[]> => {
  const split = [...new Set(cells.map(({ areaId }) => areaId))].filter(
    (areaId) => map.successor(areaId) === 'split',
  )
  if (split.length === 0 || query.by) return [...cells]
  const single = await store.coverage.cellsOfDevices(query, split)
  const ids = [...new Set(single.map(({ deviceId }) => deviceId))]
  const places = await store.coverage.devices(ids)
  return [
    ...cells.filter(({ areaId }) => !split.includes(areaId)),
    ...single.map(({ deviceId, areaId, ...cell }) => ({
      ...cell,
      areaId: places.get(deviceId as DeviceId)?.areaId ?? areaId,
    })),
  ]
}

type Row = { total: Tally; cells: Map<string, Tally> }

const sumRows = (
  cells: readonly CoverageCell[],
  asked: CoverageAsked,
  map: AreaMap,
): Map<AreaId, Row> => {
  const rows = new Map<AreaId, Row>()
  for (const { areaId, themeId, tally } of cells) {
    const place = map.placeOf(areaId, asked.boundaries)
    if (asked.areaId && !map.isWithin(place, asked.areaId)) continue
    const id = map.rowOf(place, asked.rows, asked.areaId)
    const row = rows.get(id) ?? { total: { ...NO_TALLY }, cells: new Map<string, Tally>() }
    rows.set(id, row)
    // Theme '' counts every play once; a play with two themes stands in two cells.
    const into = themeId === '' ? row.total : (row.cells.get(themeId) ?? { ...NO_TALLY })
    addTally(into, tally)
    if (themeId !== '') row.cells.set(themeId, into)
  }
  if (asked.themeId) {
    for (const row of rows.values()) addTally(row.total, row.cells.get(asked.themeId) ?? NO_TALLY)
  }
  return rows
}

/** The themes of the table, those that the running phases ask for also where nothing was played. */
const sumThemes = (
  rows: ReadonlyMap<AreaId, Row>,
  asked: CoverageAsked,
  active: readonly ThemeSnapshot[],
  seen: readonly ThemeSnapshot[],
): Coverage['themes'] => {
  const named = new Map([...seen, ...active].map((theme) => [theme.id as string, theme]))
  const sums = new Map<string, Tally>(active.map(({ id }) => [id, { ...NO_TALLY }]))
  for (const { cells } of rows.values()) {
    for (const [themeId, tally] of cells) {
      const sum = sums.get(themeId) ?? { ...NO_TALLY }
      addTally(sum, tally)
      sums.set(themeId, sum)
    }
  }
  return [...sums]
    .flatMap(([id, total]) => {
      const theme = named.get(id)
      return theme && (!asked.themeId || asked.themeId === id) ? [{ ...theme, total }] : []
    })
    .sort((a, b) => a.code.localeCompare(b.code, 'vi', { numeric: true }))
}

/**
 * Theme × area over a time, with what a supervisor asks about it.
 * @param campaigns in force: what they ask for is shown also where nothing of it was played
 */
export const coverageOf = async (
  store: Store,
  asked: CoverageAsked,
  scope: Scope,
  now: number,
  campaigns: readonly Campaign[],
): Promise<Coverage> => {
  const { from, to, boundaries } = asked
  const areas = await store.areas.list()
  const map = createAreaMap(areas, await store.successions.list())
  const place = (id: AreaId) => map.placeOf(id, boundaries)
  const areaIds = asked.areaId
    ? areas.map(({ id }) => id).filter((id) => map.isWithin(place(id), asked.areaId as AreaId))
    : undefined
  const query = { ...queryOf(asked, scope), areaIds }
  const found = await store.coverage.cells(query)
  const cells = boundaries === 'today' ? await placeSplit(store, map, query, found) : found
  const rows = sumRows(cells, asked, map)

  const rowOf = (id: AreaId) => map.rowOf(place(id), asked.rows, asked.areaId)
  const devices = new Map<AreaId, number>()
  const withDevice = new Set<AreaId>()
  for (const [areaId, count] of await store.coverage.devicesByArea()) {
    withDevice.add(map.rowOf(place(areaId), 'communes', undefined))
    devices.set(rowOf(areaId), (devices.get(rowOf(areaId)) ?? 0) + count)
  }
  const seen = scope === 'everywhere' ? undefined : await store.areas.idsWithin(scope)
  const communes = map
    .communes(asked.areaId, { from, to }, boundaries)
    .filter(({ id }) => !seen || seen.has(id))
  const played = new Set(
    cells
      .filter(({ tally }) => tally.plays > 0)
      .map(({ areaId }) => map.rowOf(place(areaId), 'communes', undefined)),
  )

  const active = activeIn(campaigns, from, to)
  const themes = sumThemes(rows, asked, active, await store.coverage.themes())
  const toRow = (area: Area): CoverageRow => {
    const row = rows.get(area.id) ?? { total: { ...NO_TALLY }, cells: new Map<string, Tally>() }
    const count = devices.get(area.id) ?? 0
    const silent = active.filter(({ id }) => (row.cells.get(id)?.plays ?? 0) === 0)
    return {
      ...{ areaId: area.id, code: area.code, name: area.name, path: area.path, devices: count },
      total: row.total,
      cells: themes.flatMap(({ id }) => {
        const tally = row.cells.get(id)
        return tally ? [{ themeId: id, tally }] : []
      }),
      silentThemeIds: count === 0 ? [] : silent.map(({ id }) => id),
    }
  }
  const shown = new Set([...rows.keys(), ...communes.map(({ id }) => rowOf(id))])
  const total = { ...NO_TALLY }
  for (const row of rows.values()) addTally(total, row.total)
  const grain = daysBetween(from, to) > MOST_DAYS ? 'month' : 'day'
  return {
    ...{ from, to, total, themes },
    rows: [...shown]
      .flatMap((id) => map.get(id) ?? [])
      .map(toRow)
      .sort((a, b) => a.path.join('\u0000').localeCompare(b.path.join('\u0000'), 'vi')),
    trend: await store.coverage.trend(query, grain),
    causes: await store.missing.causes({ ...asked, areaIds, scope }),
    communes: communes.length,
    communesWithPlays: communes.filter(({ id }) => played.has(id)).length,
    communesWithoutDevice: communes.filter(({ id }) => !withDevice.has(id)).length,
    ...(await store.statements.state(now)),
  }
}
