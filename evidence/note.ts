import { createPublicKey, type KeyObject, sign } from 'node:crypto'
import { COSIGNATURE, cosignedText, ED25519, keyIdOf } from './verify.mjs'

/** A name and the key that signs under it. */
export type NoteSigner = { name: string; privateKey: KeyObject }

const rawKeyOf = (key: KeyObject): Buffer =>
  createPublicKey(key).export({ type: 'spki', format: 'der' }).subarray(-32)

const line = (name: string, ...parts: Uint8Array[]): string =>
  `— ${name} ${Buffer.concat(parts).toString('base64')}\n`

/** A note: a text and a line that signs it (C2SP signed-note, Ed25519). The text ends in a newline. */
export const signNote = (text: string, { name, privateKey }: NoteSigner): string => {
  const signature = sign(null, Buffer.from(text, 'utf8'), privateKey)
  return `${text}\n${line(name, keyIdOf(name, ED25519, rawKeyOf(privateKey)), signature)}`
}

/**
 * Adds to a note that somebody else has seen it, and when (C2SP tlog-cosignature, Ed25519).
 * @param at in s since the epoch
 */
export const cosign = (note: string, { name, privateKey }: NoteSigner, at: number): string => {
  const text = note.slice(0, note.lastIndexOf('\n\n') + 1)
  const time = Buffer.alloc(8)
  time.writeBigUInt64BE(BigInt(at))
  const signature = sign(null, Buffer.from(cosignedText(text, at), 'utf8'), privateKey)
  return note + line(name, keyIdOf(name, COSIGNATURE, rawKeyOf(privateKey)), time, signature)
}

/** How a key is handed to those who verify its notes (C2SP vkey). @param key SPKI in base64, or the key */
export const verifierKey = (
  name: string,
  key: KeyObject | string,
  algorithm: number = ED25519,
): string => {
  const raw = typeof key === 'string' ? Buffer.from(key, 'base64').subarray(-32) : rawKeyOf(key)
  const id = Buffer.from(keyIdOf(name, algorithm, raw)).toString('hex')
  return `${name}+${id}+${Buffer.concat([Buffer.of(algorithm), raw]).toString('base64')}`
}
