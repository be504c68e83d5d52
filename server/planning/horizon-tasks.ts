import {
  AppError,
  type Asset,
  type DeviceId,
  type LocalDate,
  type Sha256,
  type TimeZone,
} from '#protocol'
import { createPause } from '../programme/pause.ts'
import { compileHorizon, type Horizon } from '../publish/compile-audience.ts'
import { type Content, type Entry, withEntries } from '../store/content.ts'
import type { Ground } from './ground.ts'

/** A content: what is published, or that with some entries changed. */
export type ContentName = { number: number; name: string; entries: readonly Entry[] } | 'published'

/** Devices that hear the same. */
export type Group = { key: string; timeZone: TimeZone; deviceIds: DeviceId[] }

/** An audience by one of its devices, and the first day that it is to hold. */
export type WantedHorizon = { deviceId: DeviceId; today: LocalDate }

/** The bodies are those that were in no horizon of the same call before. */
export type MadeHorizon = Omit<Horizon, 'plans'> & {
  deviceId: DeviceId
  key: string
  /** The names of all its plans. */
  plans: readonly Sha256[]
  bodies: readonly (readonly [Sha256, string])[]
}

const contentOf = (content: ContentName, { known, foresight }: Ground): Content => {
  if (content === 'published') return known.published
  const { number, name, entries } = content
  if (number !== known.number) throw new AppError('draft-changed')
  return foresight.named(name, () => withEntries(known.published, entries))
}

/** The rows as they are, with an asset as it is going to be. */
const withAsset = (ground: Ground, asset: Asset | undefined): Ground => {
  if (!asset) return ground
  const assets = new Map(ground.known.assets).set(asset.id, asset)
  return { ...ground, known: { ...ground.known, assets } }
}

/** Who hears the same, of the devices that are enrolled. */
export const groups = async (
  {
    content,
    only,
    asset,
  }: { content: ContentName; only: DeviceId | undefined; asset?: Asset | undefined },
  rows: Ground,
): Promise<Group[]> => {
  const ground = withAsset(rows, asset)
  const { known, foresight } = ground
  const audiences = foresight.audiences(known, contentOf(content, ground))
  const found = new Map<string, Group>()
  const one = only && known.devices.get(only)
  for (const device of only ? (one ? [one] : []) : known.devices.values()) {
    if (device.enrolledAt === null) continue
    const { key, timeZone } = audiences.of(device)
    const group = found.get(key) ?? { key, timeZone, deviceIds: [] }
    group.deviceIds.push(device.id)
    found.set(key, group)
  }
  return [...found.values()]
}

/** Compiles what audiences are to hold, one after another; each is handed over when it is made. */
export const horizons = async (
  {
    content,
    wanted,
    asset,
  }: { content: ContentName; wanted: readonly WantedHorizon[]; asset?: Asset | undefined },
  rows: Ground,
  handOver: (made: MadeHorizon) => void,
): Promise<null> => {
  const ground = withAsset(rows, asset)
  const { known, foresight } = ground
  const audiences = foresight.audiences(known, contentOf(content, ground))
  const sizes = new Map<Sha256, number>()
  for (const { rendition } of known.assets.values())
    if (rendition) sizes.set(rendition.sha256, rendition.bytes)
  const written = new Set<Sha256>()
  const pause = createPause()
  for (const { deviceId, today } of wanted) {
    const device = known.devices.get(deviceId)
    if (!device) throw new AppError('draft-changed')
    const audience = audiences.of(device)
    const { plans, ...horizon } = await compileHorizon(
      audience,
      audiences.programme,
      today,
      foresight.plans,
      (sha256) => sizes.get(sha256) ?? 0,
      pause,
    )
    const bodies = [...plans].filter(([sha256]) => !written.has(sha256))
    for (const [sha256] of bodies) written.add(sha256)
    handOver({ ...horizon, deviceId, key: audience.key, plans: [...plans.keys()], bodies })
  }
  return null
}
