import { createHash } from 'node:crypto'
import { type DeviceId, type EpochMs, MANIFEST_TYPE, type Manifest } from '#protocol'
import type { StoredManifest } from '../store/manifests.ts'
import type { Publication } from '../store/programme.ts'
import type { Store } from '../store/store.ts'
import { compileManifests } from './compile-manifests.ts'
import type { SigningKey } from './signing-key.ts'

const SIGNED_AT_A_TIME = 50

export type PublisherDeps = {
  store: Store
  key: SigningKey
  now: () => EpochMs
  /** Told which manifests are new, once they are on disk. */
  onManifests: (manifests: readonly StoredManifest[]) => void
}

export type Publisher = ReturnType<typeof createPublisher>

export const createPublisher = ({ store, key, now, onManifests }: PublisherDeps) => {
  // Revisions are numbered one after another: one compilation at a time.
  let last: Promise<unknown> = Promise.resolve()
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const turn = last.then(work)
    last = turn.catch(() => {})
    return turn
  }

  /** @param above number the manifest higher than this, also where nothing else about it is new */
  const bringUp = async (only?: DeviceId, above = 0): Promise<number> => {
    const published = await store.programme.published()
    const asked = only === undefined ? await store.devices.list() : [await store.devices.get(only)]
    const devices = asked
      .filter((device) => device !== undefined)
      .filter((device) => device.enrolledAt !== null)
    const draft = published?.draft ?? { playlists: [], schedules: [] }
    const assets = await store.assets.broadcastable()
    const programme = {
      playlists: new Map(draft.playlists.map((playlist) => [playlist.id, playlist])),
      assets: new Map(assets.map((asset) => [asset.id, asset])),
      campaigns: await store.campaigns.list(),
    }
    const issuedAt = now()
    const compiled = await compileManifests(devices, draft.schedules, programme, issuedAt)
    const heads = await store.manifests.heads(only)
    const changed: StoredManifest[] = []
    const contents: Manifest[] = []
    for (const content of compiled.manifests) {
      const head = heads.get(content.deviceId)
      const contentHash = createHash('sha256').update(JSON.stringify(content)).digest('hex')
      const last = head?.revision ?? 0
      if (head?.contentHash === contentHash && last > above) continue
      const revision = Math.max(last, above) + 1
      const manifest: Manifest = { ...content, revision, issuedAt }
      const envelope = key.seal(MANIFEST_TYPE, JSON.stringify(manifest))
      contents.push(manifest)
      changed.push({ deviceId: content.deviceId, revision, contentHash, envelope, issuedAt })
      // Signing ten thousand takes seconds: devices that talk meanwhile are heard in between.
      if (changed.length % SIGNED_AT_A_TIME === 0) await new Promise((r) => setImmediate(r))
    }
    if (changed.length > 0) {
      await store.manifests.save(compiled.plans, changed, contents)
      onManifests(changed)
    }
    return changed.length
  }

  return {
    /** Freezes the draft, compiles it, and pushes it to the devices that it changes anything for. */
    publish: (by: string): Promise<Publication & { devices: number }> =>
      inTurn(async () => {
        const publication = await store.programme.publish(by, now())
        return { ...publication, devices: await bringUp() }
      }),

    /**
     * Brings manifests up to what is published, for all devices or one: after enrolment, after a
     * withdrawal, and every night, when the horizon moves. @returns how many manifests changed
     */
    refresh: (only?: DeviceId): Promise<number> => inTurn(() => bringUp(only)),

    /**
     * Numbers a device's manifest above one that it already holds: this server was restored from a
     * backup, and a device takes nothing older than what it has.
     */
    overtake: (deviceId: DeviceId, held: number): Promise<number> =>
      inTurn(() => bringUp(deviceId, held)),
  }
}
