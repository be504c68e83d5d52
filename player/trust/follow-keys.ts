import { createHash } from 'node:crypto'
import { Envelope, KEYS_TYPE, KeyStatement, type ManifestRefusal, type Sha256 } from '#protocol'
import type { Trust } from './accept.ts'
import { isSignedBy } from './signed-by.ts'

export type Followed = { ok: true; trust: Trust } | { ok: false; refusal: ManifestRefusal }

const hashOf = (bytes: Uint8Array): Sha256 =>
  createHash('sha256').update(bytes).digest('hex') as Sha256

const parse = (payload: Uint8Array): KeyStatement | undefined => {
  try {
    return KeyStatement.safeParse(JSON.parse(Buffer.from(payload).toString('utf8'))).data
  } catch {
    return undefined
  }
}

const followOne = (trust: Trust, candidate: unknown): Followed => {
  const no = (refusal: ManifestRefusal): Followed => ({ ok: false, refusal })
  const envelope = Envelope.safeParse(candidate).data
  if (envelope?.payloadType !== KEYS_TYPE) return no('format')
  const payload = Buffer.from(envelope.payload, 'base64')
  const said = parse(payload)
  // A link that was followed already is no news; it is not asked who signed it, and changes nothing.
  if (said && said.version <= trust.keysVersion) return { ok: true, trust }
  if (!isSignedBy(trust.keys, envelope)) {
    return no(isSignedBy(trust.revoked, envelope) ? 'revoked' : 'signature')
  }
  if (!said) return no('format')
  const [first] = said.keys
  if (!first || !isSignedBy([first], envelope)) return no('signature')
  const isNext =
    said.version === trust.keysVersion + 1 &&
    (trust.keysHead === null || said.prev === trust.keysHead)
  if (!isNext) return no('replay')
  const revoked = [...trust.revoked, ...said.revoked]
  if (said.keys.some(({ publicKey }) => revoked.some((key) => key.publicKey === publicKey)))
    return no('revoked')
  return {
    ok: true,
    trust: {
      ...trust,
      keys: said.keys,
      revoked,
      keysVersion: said.version,
      keysHead: hashOf(payload),
    },
  }
}

/**
 * Goes along a chain of key statements, as far as it has not been gone yet. Pure. A device that was
 * away for years gets them all at once; one link that cannot be followed ends it where it is.
 * @returns what is trusted afterwards, or why a link was refused, by name
 */
export const followKeys = (trust: Trust, chain: readonly unknown[]): Followed => {
  let followed: Followed = { ok: true, trust }
  for (const link of chain) {
    if (!followed.ok) return followed
    followed = followOne(followed.trust, link)
  }
  return followed
}
