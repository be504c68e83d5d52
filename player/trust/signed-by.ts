import { createPublicKey, verify } from 'node:crypto'
import { type Envelope, signedBytes, type TrustedKey } from '#protocol'

const verifies = (key: TrustedKey, bytes: Uint8Array, sig: string): boolean => {
  try {
    const spki = Buffer.from(key.publicKey, 'base64')
    const publicKey = createPublicKey({ key: spki, type: 'spki', format: 'der' })
    if (publicKey.asymmetricKeyType !== 'ed25519') return false
    return verify(null, bytes, publicKey, Buffer.from(sig, 'base64'))
  } catch {
    return false
  }
}

/** Whether one of these keys signed an envelope, under its own name. */
export const isSignedBy = (keys: readonly TrustedKey[], envelope: Envelope): boolean => {
  const bytes = signedBytes(envelope.payloadType, Buffer.from(envelope.payload, 'base64'))
  return envelope.signatures.some(({ keyid, sig }) =>
    keys.some((key) => key.keyid === keyid && verifies(key, bytes, sig)),
  )
}
