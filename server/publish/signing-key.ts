import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
  sign,
} from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Envelope, signedBytes } from '#protocol'

/** The server's key for manifests, and the name by which devices know it. */
export type SigningKey = {
  keyid: string
  /** SPKI in base64. */
  publicKey: string
  seal: (payloadType: string, payload: string) => Envelope
}

/** A secret of the server, made at its first use. */
export const secretFile = (folder: string, name: string, make: () => string): string => {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const path = join(folder, name)
  if (!existsSync(path)) {
    const unfinished = `${path}.new`
    writeFileSync(unfinished, make(), { mode: 0o600, flush: true })
    renameSync(unfinished, path)
  }
  return readFileSync(path, 'utf8')
}

/** The secret that signs session cookies, made at the first start. */
export const loadSessionSecret = (folder: string): string =>
  secretFile(folder, 'session-secret', () => randomBytes(48).toString('base64url'))

const toSigningKey = (privateKey: KeyObject): SigningKey => {
  const spki = createPublicKey(privateKey).export({ type: 'spki', format: 'der' })
  const keyid = createHash('sha256').update(spki).digest('hex').slice(0, 16)
  return {
    keyid,
    publicKey: spki.toString('base64'),
    seal(payloadType, payload) {
      const bytes = Buffer.from(payload, 'utf8')
      const sig = sign(null, signedBytes(payloadType, bytes), privateKey).toString('base64')
      return { payloadType, payload: bytes.toString('base64'), signatures: [{ keyid, sig }] }
    },
  }
}

/** Loads the Ed25519 key that signs manifests; the first start makes it. */
export const loadSigningKey = (folder: string): SigningKey =>
  toSigningKey(
    createPrivateKey(
      secretFile(folder, 'manifest-signing.pem', () =>
        generateKeyPairSync('ed25519')
          .privateKey.export({ type: 'pkcs8', format: 'pem' })
          .toString(),
      ),
    ),
  )
