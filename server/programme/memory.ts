import type { Area, AreaId, Asset, AssetId, DeviceId } from '#protocol'
import { type Content, NO_CONTENT } from '../store/content.ts'
import type { PlacedDevice } from '../store/devices.ts'
import type { Stamps } from '../store/stamps.ts'
import type { Store } from '../store/store.ts'

/** An area with the ids from the root down to itself. */
export type PlacedArea = Area & { ids: readonly AreaId[] }

/** Where a device stands and what it is: what it says of itself is not kept here. */
export type KnownDevice = Omit<PlacedDevice, 'lastSeenAt' | 'desiredRevision' | 'appliedRevision'>

/** All that decides what is on air, as it was at one instant. Nothing in it is ever changed. */
export type Known = {
  stamps: Stamps
  areas: ReadonlyMap<AreaId, PlacedArea>
  devices: ReadonlyMap<DeviceId, KnownDevice>
  assets: ReadonlyMap<AssetId, Asset>
  draft: Content
  published: Content
  /** Number of the publication; 0 before the first. */
  number: number
  /** Hosts that the administrator vouches for; the same as long as this process runs. */
  relayHosts: readonly string[]
}

const STALE: Stamps = { area: -1, asset: -1, device: -1, draft: -1, publication: -1 }

const placed = (areas: readonly Area[]): Map<AreaId, PlacedArea> => {
  const result = new Map<AreaId, PlacedArea>()
  for (const area of areas) {
    const above = area.parentId === null ? [] : (result.get(area.parentId)?.ids ?? [])
    result.set(area.id, { ...area, ids: [...above, area.id] })
  }
  return result
}

export type Memory = ReturnType<typeof createMemory>

/**
 * Keeps what decides what is on air between requests, so that an edit reads what it touches and not
 * ten thousand rows. Rows are the truth: each look asks their stamps first.
 */
export const createMemory = (store: Store, relayHosts: readonly string[] = []) => {
  let known: Known = {
    stamps: STALE,
    areas: new Map(),
    devices: new Map(),
    assets: new Map(),
    draft: NO_CONTENT,
    published: NO_CONTENT,
    number: 0,
    relayHosts,
  }
  let last: Promise<unknown> = Promise.resolve()

  const devices = async (stamps: Stamps): Promise<Known['devices']> => {
    const isMoved = stamps.area !== known.stamps.area
    if (!isMoved && stamps.device === known.stamps.device) return known.devices
    // Where devices stand is written in areas: one that was renamed moves all that are in it.
    const changed = await store.devices.changedSince(isMoved ? -1 : known.stamps.device)
    const all = new Map(isMoved ? [] : known.devices)
    for (const device of changed) {
      const { lastSeenAt, desiredRevision, appliedRevision, ...kept } = device
      all.set(device.id, kept)
    }
    return all
  }

  const assets = async (stamps: Stamps): Promise<Known['assets']> => {
    if (stamps.asset === known.stamps.asset) return known.assets
    const all = new Map(known.assets)
    // Nobody asks memory for waveforms, and they are most of an asset.
    for (const asset of await store.assets.changedSince(known.stamps.asset))
      all.set(asset.id, { ...asset, waveform: null })
    const there = new Set(await store.assets.ids())
    for (const id of all.keys()) if (!there.has(id)) all.delete(id)
    return all
  }

  const catchUp = async (): Promise<Known> => {
    const stamps = await store.stamps()
    const isCurrent = Object.entries(stamps).every(
      ([noun, value]) => known.stamps[noun as keyof Stamps] === value,
    )
    if (isCurrent) return known
    const publication =
      stamps.publication === known.stamps.publication ? undefined : await store.publications.last()
    known = {
      stamps,
      areas: stamps.area === known.stamps.area ? known.areas : placed(await store.areas.list()),
      devices: await devices(stamps),
      assets: await assets(stamps),
      draft:
        stamps.draft === known.stamps.draft ? known.draft : await store.draft.read(known.draft),
      published: publication ? shared(publication.content, known) : known.published,
      number: publication?.number ?? known.number,
      relayHosts,
    }
    return known
  }

  return {
    /** What holds now. */
    look(): Promise<Known> {
      const turn = last.then(catchUp)
      last = turn.catch(() => {})
      return turn
    },
  }
}

type Versioned = { id: string; version: number }

/** What was published is mostly what the draft holds: kept once, compared by identity. */
const shared = (content: Content, { draft, published }: Known): Content => {
  const same = <T extends Versioned>(fresh: readonly T[], ...held: (readonly T[])[]): T[] => {
    const byId = new Map(held.flat().map((thing) => [`${thing.id} ${thing.version}`, thing]))
    return fresh.map((thing) => byId.get(`${thing.id} ${thing.version}`) ?? thing)
  }
  return {
    campaigns: same(content.campaigns, published.campaigns, draft.campaigns),
    playlists: same(content.playlists, published.playlists, draft.playlists),
    schedules: same(content.schedules, published.schedules, draft.schedules),
    policies: same(content.policies, published.policies, draft.policies),
  }
}
