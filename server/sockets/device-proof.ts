import { createPublicKey, type KeyObject, verify } from 'node:crypto'
import { HELLO_TYPE, POST_TYPE, signedBytes } from '#protocol'

const publicKeyOf = (spki: string): KeyObject =>
  createPublicKey({ key: Buffer.from(spki, 'base64'), type: 'spki', format: 'der' })

/** Whether a key is one that we can take: Ed25519 and nothing else. */
export const isUsableKey = (spki: string): boolean => {
  try {
    return publicKeyOf(spki).asymmetricKeyType === 'ed25519'
  } catch {
    return false
  }
}

/** Whether the holder of the device key answered this very challenge. */
export const provesDevice = (deviceKey: string, nonce: string, signature: string): boolean =>
  verify(
    null,
    signedBytes(HELLO_TYPE, Buffer.from(nonce, 'base64')),
    publicKeyOf(deviceKey),
    Buffer.from(signature, 'base64'),
  )

/** Whether the holder of the device key posted this very body. */
export const provesPost = (deviceKey: string, body: Uint8Array, signature: string): boolean =>
  verify(
    null,
    signedBytes(POST_TYPE, body),
    publicKeyOf(deviceKey),
    Buffer.from(signature, 'base64'),
  )
