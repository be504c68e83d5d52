import { addDays, bandsOf } from '#playlists'
import type { AreaId, Block, Page, TimelineQuery, TimelineRow } from '#protocol'
import type { Rights } from '../access/rights.ts'
import { searchText } from '../store/search-text.ts'
import type { Audience, Audiences } from './audiences.ts'
import type { Blocks } from './blocks.ts'
import { differences } from './changes.ts'
import { compilerFor } from './compilers.ts'
import type { Known, KnownDevice, PlacedArea } from './memory.ts'
import { createPause } from './pause.ts'

type Row = { area: PlacedArea; device: KnownDevice | null; devices: KnownDevice[] }

const byPath = (a: PlacedArea, b: PlacedArea): number =>
  a.path.join('\n') < b.path.join('\n') ? -1 : 1

/** The rows that a query asks for, of what one may see, in the order of the tree. */
const rowsOf = (query: TimelineQuery, known: Known, rights: Rights): Row[] => {
  const { areaId } = query
  const seen = [...known.devices.values()].filter(
    (device) =>
      (areaId === undefined || device.areaIds.includes(areaId)) && rights.may('see', device.areaId),
  )
  const areaOf = (id: AreaId) => known.areas.get(id) as PlacedArea
  if (query.rows === 'devices') {
    const rows = seen.map((device) => ({ area: areaOf(device.areaId), device, devices: [device] }))
    return rows.sort((a, b) => byPath(a.area, b.area) || (a.device.name < b.device.name ? -1 : 1))
  }
  /** The area whose row a device belongs to; undefined: a row of its own. */
  const rowArea = (device: KnownDevice): AreaId | undefined => {
    if (query.rows === 'communes') return device.areaId
    const ids = device.areaIds as readonly AreaId[]
    if (areaId !== undefined) return ids[ids.indexOf(areaId) + 1]
    return ids.find((id) => rights.may('see', id))
  }
  const rows = new Map<string, Row>()
  for (const device of seen) {
    const id = rowArea(device)
    const row = rows.get(id ?? device.id) ?? {
      area: areaOf(id ?? device.areaId),
      device: id === undefined ? device : null,
      devices: [],
    }
    row.devices.push(device)
    rows.set(id ?? device.id, row)
  }
  return [...rows.values()].sort((a, b) => byPath(a.area, b.area))
}

const isFound = ({ area, device }: Row, search: string | undefined): boolean => {
  const text = searchText(...area.path, device?.name ?? '')
  return searchText(search ?? '')
    .split(/\s+/)
    .every((word) => text.includes(word))
}

/** What devices of a row have in common, block by block. */
const merged = (
  row: Row,
  query: TimelineQuery,
  audiences: Audiences,
  blocks: Blocks,
  edited: ReadonlySet<string>,
): Block[] => {
  const groups = new Map<Audience, number>()
  for (const device of row.devices) {
    const audience = audiences.of(device)
    groups.set(audience, (groups.get(audience) ?? 0) + 1)
  }
  const result = new Map<string, Block>()
  // What began the evening before goes on into the first day.
  const first = addDays(query.from, -1)
  for (const [audience, devices] of groups) {
    for (const channel of audience.channels) {
      if (query.channel && channel !== query.channel) continue
      for (const block of blocks(audience, audiences.programme, channel, first, query.to)) {
        const name = `${block.schedule.id} ${block.from} ${block.to}`
        const known = result.get(name)
        if (!known) {
          const isDraft = edited.has(block.schedule.id)
          result.set(name, { ...block, devices, isDraft })
          continue
        }
        known.devices += devices
        known.withheld = Math.max(known.withheld, block.withheld)
        known.isConflict ||= block.isConflict
        if (known.overridden.length < block.overridden.length) known.overridden = block.overridden
        known.themeCodes = [...new Set([...known.themeCodes, ...block.themeCodes])].sort()
      }
    }
  }
  return [...result.values()].sort((a, b) => a.from - b.from || a.to - b.to)
}

/** Schedules that are new or edited in the draft, or that play an edited playlist. */
const editedIn = (known: Known): Set<string> => {
  const edited = new Set(
    differences(known.published, known.draft, known).map(({ entry }) => entry.id),
  )
  for (const { id, playlistId } of known.draft.schedules) if (edited.has(playlistId)) edited.add(id)
  return edited
}

/** A page of the schedule page's rows. */
export const timelinePage = async (
  query: TimelineQuery,
  known: Known,
  rights: Rights,
  audiences: Audiences,
  blocks: Blocks,
): Promise<Page<TimelineRow>> => {
  const rows = rowsOf(query, known, rights).filter((row) => isFound(row, query.search))
  const start = /^\d{1,9}$/.test(query.cursor ?? '') ? Number(query.cursor) : 0
  const edited = query.view === 'draft' ? editedIn(known) : new Set<string>()
  const compiler = compilerFor(audiences.programme, query.from)
  const pause = createPause()
  const items: TimelineRow[] = []
  for (const row of rows.slice(start, start + query.limit)) {
    const { area, device, devices } = row
    const { timeZone } = area
    const place = { timeZone, channel: 'audio' as const, policy: audiences.policyIn(area.id) }
    const { days, windows, quiet } = bandsOf(compiler, place, query.from, query.to)
    items.push({
      kind: device ? 'device' : 'area',
      id: device?.id ?? area.id,
      name: device?.name ?? area.name,
      path: area.path,
      parentId: device ? area.id : area.parentId,
      devices: devices.length,
      blocks: merged(row, query, audiences, blocks, edited).filter(
        ({ from, to }) => from < days.to && days.from < to,
      ),
      windows,
      quiet,
    })
    await pause()
  }
  const next = start + query.limit
  return {
    items,
    next: next < rows.length ? String(next) : null,
    total: rows.length,
  }
}
