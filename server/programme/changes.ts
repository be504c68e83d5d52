import { createHash } from 'node:crypto'
import { AppError, type AreaId, type Change, type DeviceId, type Priority } from '#protocol'
import {
  type Content,
  type Entry,
  NOUNS,
  type Thing,
  type What,
  withEntries,
} from '../store/content.ts'
import { classesByWindow, lackingDaypart } from './dayparts.ts'
import { loosenedIn } from './loosened.ts'
import type { Known } from './memory.ts'
import { playedBy } from './touched.ts'

/** In what two contents differ at one place, and whose business it is. */
export type Difference = {
  change: Change
  /** What is to stand there afterwards. */
  entry: Entry
  before: Thing | null
  /** The areas over which a right is needed to publish it; none: over everything. */
  areaIds: readonly AreaId[]
  /** An emergency, what one plays, or a window by which one goes, before or after. */
  isEmergency: boolean
  /** Classes of schedules that go by a window which it changes. */
  windowOf: readonly Priority[]
  /** Areas whose rules become looser below them. */
  loosened: readonly AreaId[]
}

/** A name that says all that is in a content: these changes upon a publication. */
export const contentName = (number: number, chosen: readonly Difference[]): string => {
  const entries = chosen.map(({ entry }) => entry)
  return createHash('sha256')
    .update(JSON.stringify([number, entries]))
    .digest('base64url')
}

const bodyOf = ({ version, ...body }: Thing): string => JSON.stringify(body)

const isSame = (a: Thing, b: Thing): boolean => a === b || bodyOf(a) === bodyOf(b)

/** Where a thing belongs, and everywhere it reaches. */
const areasOf = (what: What, thing: Thing | null, known: Pick<Known, 'devices'>): AreaId[] => {
  if (thing === null) return []
  if (what === 'policy') return [thing.id as AreaId]
  if (!('areaId' in thing)) return []
  if (!('audience' in thing)) return [thing.areaId]
  const { areaIds, deviceIds } = thing.audience
  const ofDevices = deviceIds.map((id: DeviceId) => known.devices.get(id)?.areaId)
  return [thing.areaId, ...areaIds, ...ofDevices.filter((id) => id !== undefined)]
}

const nameOf = (thing: Thing, known: Pick<Known, 'areas'>): string =>
  'name' in thing ? thing.name : (known.areas.get(thing.id)?.name ?? '')

/** The areas above one whose rules it makes looser and did not, or makes looser in another way. */
const newlyLoosened = (
  areaId: AreaId,
  from: Content,
  to: Content,
  { areas }: Pick<Known, 'areas'>,
): AreaId[] => {
  const before = new Set(loosenedIn(areas, from, areaId).map(({ key }) => key))
  const fresh = loosenedIn(areas, to, areaId).filter(({ key }) => !before.has(key))
  return [...new Set(fresh.map(({ above }) => above))]
}

/** What would have to change in one content to make it the other. */
export const differences = (
  from: Content,
  to: Content,
  known: Pick<Known, 'areas' | 'devices'>,
): Difference[] => {
  const found: Difference[] = []
  const emergencies = new Set([...playedBy(from, 'emergency'), ...playedBy(to, 'emergency')])
  for (const [key, noun] of Object.entries(NOUNS)) {
    const what = key as What
    const before = new Map<string, Thing>(from[noun].map((thing) => [thing.id, thing]))
    const after = new Map<string, Thing>(to[noun].map((thing) => [thing.id, thing]))
    for (const id of new Set([...before.keys(), ...after.keys()])) {
      const old = before.get(id) ?? null
      const value = after.get(id) ?? null
      if (old && value && isSame(old, value)) continue
      const shown = (value ?? old) as Thing
      const kind = old === null ? 'added' : value === null ? 'removed' : 'edited'
      const areaIds = [...areasOf(what, old, known), ...areasOf(what, value, known)]
      const entry = { what, id, value } as Entry
      const windowOf = entry.what === 'policy' ? classesByWindow(from, entry, known) : []
      found.push({
        change: { kind, what, id, name: nameOf(shown, known), areaId: areaIds.at(-1) ?? null },
        entry,
        before: old,
        areaIds: [...new Set(areaIds)],
        isEmergency: emergencies.has(id) || windowOf.includes('emergency'),
        windowOf,
        loosened: what === 'policy' ? newlyLoosened(id as AreaId, from, to, known) : [],
      })
    }
  }
  return found
}

type Needed = { name: string; needs: string }

/** The first thing of a content that names a playlist which is not in it. */
const firstDangling = (content: Content, names: ReadonlyMap<string, string>): Needed | null => {
  const there = new Set<string>(content.playlists.map(({ id }) => id))
  const missing = (name: string, id: string | null): Needed | null =>
    id === null || there.has(id) ? null : { name, needs: names.get(id) ?? id }
  for (const { name, playlistId, fillPlaylistId } of content.schedules) {
    const needed = missing(name, playlistId) ?? missing(name, fillPlaylistId)
    if (needed) return needed
  }
  for (const { name, items } of content.playlists) {
    for (const item of items) {
      const needed = item.kind === 'playlist' ? missing(name, item.playlistId) : null
      if (needed) return needed
    }
  }
  return null
}

/**
 * A content with some differences made good.
 * @param code what is said where something of it would name a playlist that is not there, or a window
 *   that is there in the other content
 * @throws AppError publish-needs, draft-needs
 */
export const applied = (
  content: Content,
  chosen: readonly Difference[],
  code: 'publish-needs' | 'draft-needs',
  other: Content,
  known: Pick<Known, 'areas' | 'devices'>,
): Content => {
  const result = withEntries(
    content,
    chosen.map(({ entry }) => entry),
  )
  const names = new Map<string, string>(
    [...other.playlists, ...content.playlists].map(({ id, name }) => [id, name]),
  )
  const needed = firstDangling(result, names) ?? lackingDaypart(result, other, known)
  if (needed) throw new AppError(code, needed)
  return result
}
