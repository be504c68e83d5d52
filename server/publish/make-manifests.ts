import {
  type AppError,
  type Asset,
  type DeviceId,
  type LocalDate,
  MANIFEST_TYPE,
  type Sha256,
} from '#protocol'
import type { ContentName, Group, MadeHorizon, WantedHorizon } from '../planning/horizon-tasks.ts'
import { PlanningClosed } from '../planning/planning.ts'
import type { Known, KnownDevice } from '../programme/memory.ts'
import { createPause } from '../programme/pause.ts'
import type { HistoryEntry } from '../store/plan-history.ts'
import { todayOf } from './compile-audience.ts'
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
type Stale = { device: KnownDevice; key: string; today: LocalDate }

/** What devices of one audience hold, by the names of its plans. */
type KnownHorizon = Pick<MadeHorizon, 'key' | 'days' | 'middle' | 'plans'>

type MakeOptions = {
  only: DeviceId | undefined
  above: number
  /** An asset as it is going to be, in the same commit. */
  asset?: Asset
  setAside: (device: KnownDevice, key: string, error: unknown) => Promise<void> | void
}

/** Manifests that are signed at the same time. */
const AT_A_TIME = 50
const FEW_HORIZONS = 50
const AUDIENCES_AT_A_TIME = 20
/** More characters of plans than this are written before the rest is compiled. */
const MUCH_TEXT = 8_000_000

const nameOf = (key: string, today: LocalDate): string => `${key} ${today}`

/**
 * Makes manifests for the devices for which something has changed, and has only audiences compiled
 * that nobody has compiled yet: an edit costs what it touches.
 */
export const createManifestMaker = ({ store, key, planning, now, holds }: PublisherDeps) => {
  const held = new Map<DeviceId, Held>()
  const horizons = new Map<string, KnownHorizon>()
  const saved = new Set<Sha256>()
  let keptHorizons = 0

  const findStale = (groups: readonly Group[], known: Known, above: number): Stale[] => {
    const at = now()
    return groups.flatMap((group) => {
      const today = todayOf(group, at)
      return group.deviceIds.flatMap((id): Stale[] => {
        const device = known.devices.get(id)
        if (!device) return []
        const last = held.get(id)
        const isCurrent =
          last?.device === device &&
          last.key === group.key &&
          last.signedBy === key.keyid &&
          last.today === today
        return isCurrent && last.revision > above ? [] : [{ device, key: group.key, today }]
      })
    })
  }

  /**
   * Has audiences compiled that nobody has compiled yet. One that cannot be is set aside, and the
   * others are compiled without it.
   * @returns the bodies of plans that are on no disk yet
   */
  const compile = async (
    stale: readonly Stale[],
    of: { content: ContentName; asset: Asset | undefined },
    failed: Map<string, unknown>,
  ): Promise<Map<Sha256, string>> => {
    const bodies = new Map<Sha256, string>()
    const missing = new Map<string, WantedHorizon & { name: string }>()
    for (const { device, key: audience, today } of stale) {
      const name = nameOf(audience, today)
      const isHere = horizons.get(name)?.plans.every((sha256) => saved.has(sha256)) === true
      if (!isHere) missing.set(name, { name, deviceId: device.id, today })
    }
    const all = [...missing.values()]
    let length = 0
    while (all.length > 0) {
      const wanted = all.splice(0, AUDIENCES_AT_A_TIME)
      const names = new Map(wanted.map(({ deviceId, name }) => [deviceId, name]))
      const onPart = ({ deviceId, bodies: fresh, ...made }: MadeHorizon) => {
        const name = names.get(deviceId)
        const place = wanted.findIndex((one) => one.deviceId === deviceId)
        if (name === undefined || place < 0) return
        wanted.splice(place, 1)
        horizons.set(name, made)
        for (const [sha256, body] of fresh) {
          if (saved.has(sha256) || bodies.has(sha256)) continue
          bodies.set(sha256, body)
          length += body.length
        }
      }
      const asked = wanted.map(({ deviceId, today }) => ({ deviceId, today }))
      try {
        await planning.askFirst('horizons', { ...of, wanted: asked }, onPart)
      } catch (error) {
        const isOver = error instanceof PlanningClosed
        if (isOver || (error as AppError).code === 'draft-changed') throw error
        const [culprit] = wanted.splice(0, 1)
        if (culprit) failed.set(culprit.name, error)
        all.unshift(...wanted)
      }
      if (length < MUCH_TEXT) continue
      // They are named by their content: on disk they harm nobody where nothing comes of this.
      await store.manifests.savePlans(bodies)
      for (const sha256 of bodies.keys()) saved.add(sha256)
      bodies.clear()
      length = 0
    }
    return bodies
  }

  /** Drops what no device needs any more, now and then. */
  const sweep = () => {
    if (horizons.size < 2 * keptHorizons + FEW_HORIZONS) return
    const used = new Set([...held.values()].map((one) => nameOf(one.key, one.today)))
    for (const name of horizons.keys()) if (!used.has(name)) horizons.delete(name)
    keptHorizons = horizons.size
  }

  return {
    /**
     * @param above number manifests higher than this, also where nothing else about them is new
     * @param setAside told of a device whose plans cannot be compiled: it keeps what it holds, and the
     *   others get theirs. It throws where nobody is to get any.
     */
    async make(known: Known, content: ContentName, { only, above, asset, setAside }: MakeOptions) {
      const isForSomebody = [...known.devices.values()].some((device) => device.enrolledAt !== null)
      // Where no device is enrolled yet the thread, which takes half a second to start, has nothing to do.
      const groups = isForSomebody
        ? await planning.askFirst('groups', { content, only, asset })
        : []
      const stale = findStale(groups, known, above)
      const failed = new Map<string, unknown>()
      const bodies = await compile(stale, { content, asset }, failed)
      const pause = createPause()
      const heads = await store.manifests.heads(stale.map(({ device }) => device.id))
      const issuedAt = now()
      const manifests: FreshManifest[] = []
      let signing: Promise<FreshManifest>[] = []
      const contents: HistoryEntry[] = []
      const plans = new Map<Sha256, string>()
      const brought: Held[] = []
      /** Compiled from rows that changed while this was under way: the next time finds them by name. */
      const moved = new Set<string>()
      const parts = createDifferences()

      for (const { device, key: audience, today } of stale) {
        await pause()
        const name = nameOf(audience, today)
        const horizon = horizons.get(name)
        if (!horizon) {
          await setAside(device, audience, failed.get(name))
          continue
        }
        const { days, plans: compiled, middle } = horizon
        const head = heads.get(device.id)
        const contentHash = contentHashOf(device, middle, key.keyid)
        const last = head?.revision ?? 0
        const isNew = head?.contentHash !== contentHash || last <= above
        const revision = isNew ? Math.max(last, above) + 1 : last
        const signedBy = key.keyid
        brought.push({ device, key: horizon.key, signedBy, today, revision, middle })
        if (horizon.key !== audience) moved.add(name)
        if (!isNew) continue
        for (const sha256 of compiled) {
          const body = bodies.get(sha256)
          if (body !== undefined) plans.set(sha256, body)
        }
        const pieces = piecesOf(device, middle, revision, issuedAt)
        const signed = key.sign(MANIFEST_TYPE, pieces.head + middle.text + pieces.tail)
        contents.push({ ...aboutOf(device), days, revision, issuedAt })
        const before = held.get(device.id)
        const isTold =
          before?.device === device && before.revision === last && holds(device.id, last)
        const difference = isTold
          ? { base: last, parts: parts(device, before.middle, middle, revision, issuedAt) }
          : null
        const sealing = signed.then((signatures): FreshManifest => {
          const sealed = { payloadType: MANIFEST_TYPE, signatures }
          return {
            ...{ deviceId: device.id, revision, contentHash, issuedAt },
            ...pieces,
            ...sealed,
            difference: difference && { ...difference, ...sealed },
          }
        })
        signing.push(sealing)
        if (signing.length < AT_A_TIME) continue
        manifests.push(...(await Promise.all(signing)))
        signing = []
      }
      manifests.push(...(await Promise.all(signing)))
      for (const name of moved) horizons.delete(name)
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
