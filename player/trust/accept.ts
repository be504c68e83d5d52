import { createPublicKey, verify } from 'node:crypto'
import {
  type DeviceId,
  type EnrolAnswer,
  Envelope,
  type EpochMs,
  MANIFEST_TYPE,
  Manifest,
  type ManifestRefusal,
  type Revision,
  signedBytes,
} from '#protocol'

/** What a device trusts: itself, the keys that it pinned, and what it has seen already. */
export type Trust = {
  deviceId: DeviceId
  keys: EnrolAnswer['trustedKeys']
  /** The manifest in force: nothing older is taken, and nothing else under its number. */
  applied: { revision: Revision; payload: string } | undefined
}

export type Verdict =
  | { ok: true; manifest: Manifest; isNew: boolean }
  | { ok: false; refusal: ManifestRefusal; revision: Revision | null }

const isSigned = ({ keys }: Trust, envelope: Envelope): boolean => {
  const bytes = signedBytes(envelope.payloadType, Buffer.from(envelope.payload, 'base64'))
  return envelope.signatures.some(({ keyid, sig }) => {
    const pinned = keys.find((key) => key.keyid === keyid)
    if (!pinned) return false
    const key = createPublicKey({
      key: Buffer.from(pinned.publicKey, 'base64'),
      type: 'spki',
      format: 'der',
    })
    return verify(null, bytes, key, Buffer.from(sig, 'base64'))
  })
}

const parse = (payload: string): Manifest | undefined => {
  try {
    return Manifest.safeParse(JSON.parse(Buffer.from(payload, 'base64').toString('utf8'))).data
  } catch {
    return undefined
  }
}

/**
 * Whether a device may take this manifest, and if not, why not by name. Pure: what is trusted, what
 * came, and the time (undefined while the device does not know it) decide alone. The signature is
 * checked before anything inside is read.
 */
export const accept = (trust: Trust, candidate: unknown, now: EpochMs | undefined): Verdict => {
  const no = (refusal: ManifestRefusal, revision: Revision | null = null): Verdict => ({
    ok: false,
    refusal,
    revision,
  })
  const envelope = Envelope.safeParse(candidate).data
  if (envelope?.payloadType !== MANIFEST_TYPE) return no('format')
  if (!isSigned(trust, envelope)) return no('signature')
  const manifest = parse(envelope.payload)
  if (!manifest) return no('format')
  const { revision } = manifest
  if (manifest.deviceId !== trust.deviceId) return no('wrong-device', revision)
  const { applied } = trust
  const isSame = applied?.revision === revision && applied.payload === envelope.payload
  if (applied && revision <= applied.revision && !isSame) return no('rollback', revision)
  if (now !== undefined && manifest.playUntil <= now) return no('expired', revision)
  return { ok: true, manifest, isNew: !isSame }
}
