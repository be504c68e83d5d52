import {
  type Channel,
  type DeviceId,
  Envelope,
  type EpochMs,
  MANIFEST_TYPE,
  Manifest,
  type ManifestRefusal,
  type Revision,
  type Sha256,
  type TrustedKey,
} from '#protocol'
import { isSignedBy } from './signed-by.ts'

/** What a device trusts: itself, the keys that it pinned or followed, and what it has held. */
export type Trust = {
  deviceId: DeviceId
  /** What it enrolled for. */
  channels: readonly Channel[]
  keys: readonly TrustedKey[]
  /** Taken out of use: kept, to tell their manifests from a stranger's. */
  revoked: readonly TrustedKey[]
  /** The last link of the chain of keys that was followed, and the hash of its payload. */
  keysVersion: number
  keysHead: Sha256 | null
  /** The manifest in force: nothing older is taken, and nothing else under its number. */
  applied: { revision: Revision; payload: string } | undefined
}

export type Verdict =
  | { ok: true; manifest: Manifest; isNew: boolean }
  | { ok: false; refusal: ManifestRefusal; revision: Revision | null }

const parse = (payload: string): Manifest | undefined => {
  try {
    return Manifest.safeParse(JSON.parse(Buffer.from(payload, 'base64').toString('utf8'))).data
  } catch {
    return undefined
  }
}

const isInScope = ({ channels }: Trust, { device, days }: Manifest): boolean =>
  device.channels.every((channel) => channels.includes(channel)) &&
  days.every(({ plans }) =>
    Object.keys(plans).every((channel) => device.channels.includes(channel as Channel)),
  )

/**
 * Whether a device may take this manifest, and if not, why not by name. Pure: what is trusted, what
 * came, and the time (undefined while the device does not know it) decide alone. The signature is
 * checked before anything inside is read. What is in force stays so when the key that signed it is
 * taken out of use.
 */
export const accept = (trust: Trust, candidate: unknown, now: EpochMs | undefined): Verdict => {
  const no = (refusal: ManifestRefusal, revision: Revision | null = null): Verdict => ({
    ok: false,
    refusal,
    revision,
  })
  const { applied } = trust
  const envelope = Envelope.safeParse(candidate).data
  if (envelope?.payloadType !== MANIFEST_TYPE) return no('format')
  if (!isSignedBy(trust.keys, envelope)) {
    if (!isSignedBy(trust.revoked, envelope)) return no('signature')
    if (envelope.payload !== applied?.payload) return no('revoked')
  }
  const manifest = parse(envelope.payload)
  if (!manifest) return no('format')
  const { revision } = manifest
  if (manifest.deviceId !== trust.deviceId) return no('wrong-device', revision)
  const isSame = applied?.revision === revision && applied.payload === envelope.payload
  if (applied && revision < applied.revision) return no('rollback', revision)
  if (applied?.revision === revision && !isSame) return no('replay', revision)
  if (now !== undefined && manifest.playUntil <= now) return no('expired', revision)
  if (!isInScope(trust, manifest)) return no('scope', revision)
  return { ok: true, manifest, isNew: !isSame }
}
