import type { Logger } from 'pino'
import {
  AppError,
  type Asset,
  type AssetId,
  type Change,
  type DeviceId,
  type Difference,
  type EpochMs,
  type Publication,
} from '#protocol'
import type { ContentName } from '../planning/horizon-tasks.ts'
import type { Planning } from '../planning/planning.ts'
import type { Known, KnownDevice, Memory } from '../programme/memory.ts'
import { putAsset } from '../store/assets.ts'
import type { Content, Entry } from '../store/content.ts'
import { bringBack } from '../store/draft.ts'
import type { NewManifest } from '../store/manifests.ts'
import { addPublication } from '../store/publications.ts'
import type { Store } from '../store/store.ts'
import { createManifestMaker } from './make-manifests.ts'
import type { SigningKey } from './signing-key.ts'

/** A manifest on its way to a device, with what tells it by the one before where there was one. */
export type FreshManifest = NewManifest & { difference: Difference | null }

export type PublisherDeps = {
  store: Store
  memory: Memory
  planning: Pick<Planning, 'askFirst'>
  key: SigningKey
  log: Logger
  now: () => EpochMs
  /** Whether a device is connected and holds this revision: only then a difference is of use. */
  holds: (deviceId: DeviceId, revision: number) => boolean
  /** Told which manifests are new, once they are on disk. */
  onManifests: (manifests: readonly FreshManifest[]) => void
  onPublication: (publication: Publication) => void
}

/** What is to be published: decided about what is known at the moment at which it is published. */
export type Decision = {
  content: Content
  /** In what it differs from what is published; a name that says just that. */
  entries: readonly Entry[]
  name: string
  changes: readonly Change[]
  restored: number | null
  /** What is written into the draft together with it: an earlier publication that is brought back. */
  draft?: readonly Entry[]
}

export type Publisher = ReturnType<typeof createPublisher>

export const createPublisher = (deps: PublisherDeps) => {
  const { store, memory, log, now, onManifests, onPublication } = deps
  const maker = createManifestMaker(deps)

  // Revisions are numbered one after another: one compilation at a time.
  let last: Promise<unknown> = Promise.resolve()
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const turn = last.then(work)
    last = turn.catch(() => {})
    return turn
  }

  /** Devices whose plans could not be compiled, and since when: they keep what they hold. */
  const uncompiled = new Map<DeviceId, EpochMs>()

  const noteUncompiled = (deviceId: DeviceId, error: unknown, since?: EpochMs): void => {
    uncompiled.set(deviceId, since ?? uncompiled.get(deviceId) ?? now())
    log.error({ deviceId, err: error }, 'the plans of a device could not be compiled')
  }

  /** Notes a device whose plans cannot be compiled; those of `only`, or of all, are noted from the start. */
  const settingAside = (only?: DeviceId) => {
    const before = new Map(uncompiled)
    if (only === undefined) uncompiled.clear()
    else uncompiled.delete(only)
    return ({ id }: KnownDevice, _key: string, error: unknown) =>
      noteUncompiled(id, error, before.get(id))
  }

  /** What is published already and cannot be compiled keeps nobody from publishing something else. */
  const refuseNew = async (device: KnownDevice, key: string, error: unknown): Promise<void> => {
    const asked = { content: 'published', only: device.id } as const
    const [published] = await deps.planning.askFirst('groups', asked)
    if (published?.key !== key) throw error
    noteUncompiled(device.id, error)
  }

  const bringUp = (only?: DeviceId, above = 0): Promise<number> =>
    inTurn(async () => {
      const known = await memory.look()
      const setAside = settingAside(only)
      const made = await maker.make(known, 'published', { only, above, setAside })
      if (made.manifests.length === 0) return 0
      await store.manifests.save(made.plans, made.manifests, made.contents, async () => undefined)
      made.saved()
      onManifests(made.manifests)
      return made.manifests.length
    })

  return {
    /**
     * Publishes what is decided, compiles it, and pushes it to the devices that it changes anything
     * for: content, plans and manifests in one commit, and on disk before any device hears of it.
     * @param decide may throw, and then nothing is published
     */
    publish: (by: string, decide: (known: Known) => Decision): Promise<Publication> =>
      inTurn(async () => {
        const known = await memory.look()
        const { content, entries, name, changes, restored, draft } = decide(known)
        const chosen: ContentName = { number: known.number, name, entries }
        const made = await maker.make(known, chosen, {
          only: undefined,
          above: 0,
          setAside: refuseNew,
        })
        const fresh = { base: known.number, at: now(), by, changes, restored }
        const publication = await store.manifests.save(
          made.plans,
          made.manifests,
          made.contents,
          async (tx) => {
            const written = draft ? await bringBack(tx, content, draft, known.stamps) : content
            return addPublication(tx, { ...fresh, content: written }, made.manifests)
          },
        )
        made.saved()
        if (made.manifests.length > 0) onManifests(made.manifests)
        onPublication(publication)
        return publication
      }),

    /**
     * Changes an asset, and at once what that changes on devices: the asset, plans and manifests in one
     * commit, so that nothing is approved or withdrawn that devices have not been given or been taken.
     * @param decide about the asset as it is now; may throw, and then nothing is written. The same asset: nothing is.
     * @returns the asset before and after
     * @throws AppError not-found, changed-meanwhile
     */
    changeAsset: (
      id: AssetId,
      decide: (asset: Asset, known: Known) => Asset,
    ): Promise<{ before: Asset; after: Asset }> =>
      inTurn(async () => {
        const known = await memory.look()
        const before = known.assets.get(id)
        if (!before) throw new AppError('not-found', { what: 'asset' })
        const after = decide(before, known)
        if (after === before) return { before, after }
        const setAside = settingAside()
        const options = { only: undefined, above: 0, setAside, asset: after }
        const made = await maker.make(known, 'published', options)
        await store.manifests.save(made.plans, made.manifests, made.contents, (tx) =>
          putAsset(tx, before, after),
        )
        made.saved()
        if (made.manifests.length > 0) onManifests(made.manifests)
        return { before, after }
      }),

    /**
     * Brings manifests up to what is published, for all devices or one: after enrolment, after a
     * withdrawal, and every night, when the horizon moves. @returns how many manifests changed
     */
    async refresh(only?: DeviceId): Promise<number> {
      const changed = await bringUp(only)
      if (only === undefined) await store.manifests.prune()
      return changed
    },

    /** Devices whose plans could not be compiled the last time, and since when that is so. */
    uncompiled: (): ReadonlyMap<DeviceId, EpochMs> => uncompiled,

    /**
     * Numbers a device's manifest above one that it already holds: this server was restored from a
     * backup, and a device takes nothing older than what it has.
     */
    overtake: (deviceId: DeviceId, held: number): Promise<number> => bringUp(deviceId, held),
  }
}
