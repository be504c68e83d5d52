import { type DeviceId, type LocalDate, MANIFEST_TYPE, type Sha256 } from '#protocol'
import type { Audience } from '../programme/audiences.ts'
import type { Known, KnownDevice } from '../programme/memory.ts'
import { createPause } from '../programme/pause.ts'
import type { Content } from '../store/content.ts'
import type { HistoryEntry } from '../store/plan-history.ts'
import { compileHorizon, type Horizon, todayOf } from './compile-audience.ts'
import {
  aboutOf,
  contentHashOf,
  createDifferences,
  type Middle,
  piecesOf,
} from './manifest-text.ts'
import type { FreshManifest, PublisherDeps } from './publisher.ts'

/** What a device was last brought up to: as long as this is true of it there is nothing to do. */
type Held = {
  device: KnownDevice
  key: string
  signedBy: string
  today: LocalDate
  revision: number
  middle: Middle
}
type Stale = { device: KnownDevice; audience: Audience; today: LocalDate }

type MakeOptions = {
  only: DeviceId | undefined
  above: number
  setAside?: (deviceId: DeviceId, error: unknown) => void
}

const AT_A_TIME = 50
const FEW_HORIZONS = 50

const sizesOf = (assets: Known['assets']): Map<Sha256, number> => {
  const sizes = new Map<Sha256, number>()
  for (const { rendition } of assets.values())
    if (rendition) sizes.set(rendition.sha256, rendition.bytes)
  return sizes
}

/**
 * Makes manifests for the devices for which something has changed, and compiles only for audiences
 * that nobody has compiled for yet: an edit costs what it touches.
 */
export const createManifestMaker = ({ store, key, foresight, now, holds }: PublisherDeps) => {
  const held = new Map<DeviceId, Held>()
  const horizons = new Map<string, Promise<Horizon>>()
  const saved = new Set<Sha256>()
  let keptHorizons = 0

  const findStale = (known: Known, content: Content, only: DeviceId | undefined, above: number) => {
    const audiences = foresight.audiences(known, content)
    const at = now()
    const days = new Map<string, LocalDate>()
    const stale: Stale[] = []
    const device = only && known.devices.get(only)
    for (const each of only ? (device ? [device] : []) : known.devices.values()) {
      if (each.enrolledAt === null) continue
      const audience = audiences.of(each)
      const today = days.get(audience.timeZone) ?? todayOf(audience, at)
      days.set(audience.timeZone, today)
      const last = held.get(each.id)
      const isCurrent =
        last?.device === each &&
        last.key === audience.key &&
        last.signedBy === key.keyid &&
        last.today === today
      if (!isCurrent || last.revision <= above) stale.push({ device: each, audience, today })
    }
    return { stale, programme: audiences.programme }
  }

  /** Lets go of what no device needs any more, now and then. */
  const sweep = () => {
    if (horizons.size < 2 * keptHorizons + FEW_HORIZONS) return
    const used = new Set(
      [...held.values()].map(({ key: audience, today }) => `${audience} ${today}`),
    )
    for (const name of horizons.keys()) if (!used.has(name)) horizons.delete(name)
    keptHorizons = horizons.size
  }

  return {
    /**
     * @param above number manifests higher than this, also where nothing else about them is new
     * @param setAside told of a device whose plans cannot be compiled: it keeps what it holds, and the
     *   others get theirs. Left out, nobody gets any.
     */
    async make(known: Known, content: Content, { only, above, setAside }: MakeOptions) {
      const { stale, programme } = findStale(known, content, only, above)
      const pause = createPause()
      const sizes = sizesOf(known.assets)
      const heads = await store.manifests.heads(stale.map(({ device }) => device.id))
      const issuedAt = now()
      const manifests: FreshManifest[] = []
      const contents: HistoryEntry[] = []
      const plans = new Map<Sha256, string>()
      const brought: Held[] = []
      const parts = createDifferences()

      for (const { device, audience, today } of stale) {
        const name = `${audience.key} ${today}`
        const compiling =
          horizons.get(name) ??
          compileHorizon(
            audience,
            programme,
            today,
            foresight.plans,
            (sha256) => sizes.get(sha256) ?? 0,
            pause,
          )
        horizons.set(name, compiling)
        compiling.catch(() => horizons.delete(name))
        const horizon = await compiling.catch((error: unknown) => {
          if (!setAside) throw error
          setAside(device.id, error)
          return undefined
        })
        if (!horizon) continue
        const { days, plans: compiled, middle } = horizon
        const head = heads.get(device.id)
        const contentHash = contentHashOf(device, middle, key.keyid)
        const last = head?.revision ?? 0
        const isNew = head?.contentHash !== contentHash || last <= above
        const revision = isNew ? Math.max(last, above) + 1 : last
        brought.push({ device, key: audience.key, signedBy: key.keyid, today, revision, middle })
        if (!isNew) continue
        for (const [sha256, body] of compiled) if (!saved.has(sha256)) plans.set(sha256, body)
        const pieces = piecesOf(device, middle, revision, issuedAt)
        const signatures = key.sign(MANIFEST_TYPE, pieces.head + middle.text + pieces.tail)
        const sealed = { payloadType: MANIFEST_TYPE, signatures }
        contents.push({ ...aboutOf(device), days, revision, issuedAt })
        const before = held.get(device.id)
        const isTold =
          before?.device === device && before.revision === last && holds(device.id, last)
        manifests.push({
          deviceId: device.id,
          revision,
          contentHash,
          issuedAt,
          ...pieces,
          ...sealed,
          difference: isTold
            ? {
                base: last,
                ...sealed,
                parts: parts(device, before.middle, middle, revision, issuedAt),
              }
            : null,
        })
        // Signing ten thousand takes seconds: devices that talk meanwhile are heard in between.
        if (manifests.length % AT_A_TIME === 0) await pause()
      }
      return {
        manifests,
        /** What they say, for the history of what was planned. */
        contents,
        plans: plans as ReadonlyMap<Sha256, string>,
        /** To be called once they are on disk. */
        saved() {
          for (const sha256 of plans.keys()) saved.add(sha256)
          for (const one of brought) held.set(one.device.id, one)
          if (stale.length > 0) sweep()
        },
      }
    },
  }
}
