import { createPublicKey, type KeyObject, verify } from 'node:crypto'
import {
  CHECKPOINT_TYPE,
  Checkpoint,
  type DeviceId,
  HELLO_TYPE,
  type RecordBatch,
  signedBytes,
} from '#protocol'
import { hashOf } from '../evidence/read-batch.ts'

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

/** Whether the journal key signed exactly the end of this run of records. */
export const provesBatch = (
  deviceId: DeviceId,
  journalKey: string,
  batch: RecordBatch,
): boolean => {
  const { payloadType, payload, signatures } = batch.checkpoint
  if (payloadType !== CHECKPOINT_TYPE) return false
  const bytes = Buffer.from(payload, 'base64')
  const key = publicKeyOf(journalKey)
  const isSigned = signatures.some(({ sig }) =>
    verify(null, signedBytes(payloadType, bytes), key, Buffer.from(sig, 'base64')),
  )
  if (!isSigned) return false
  let said: Checkpoint | undefined
  try {
    said = Checkpoint.safeParse(JSON.parse(bytes.toString('utf8'))).data
  } catch {
    return false
  }
  const last = batch.records.at(-1)
  return (
    last !== undefined &&
    said?.deviceId === deviceId &&
    said.epoch === batch.epoch &&
    said.size === batch.from + batch.records.length &&
    said.head === hashOf(last)
  )
}
