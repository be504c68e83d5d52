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
import { promisify } from 'node:util'
import { z } from 'zod'
import {
  AppError,
  Envelope,
  type EpochMs,
  KEYS_TYPE,
  KeyStatement,
  signedBytes,
  type TrustedKey,
} from '#protocol'

const signBeside = promisify(sign)

/** The server's key for manifests, and the name by which devices know it. It may be changed. */
export type SigningKey = {
  readonly keyid: string
  /** SPKI in base64. */
  readonly publicKey: string
  /** How often it was changed. */
  readonly version: number
  /** The key that was in use after it had been changed so often; undefined where it is not known here. */
  keyidAt: (version: number) => string | undefined
  /** Signs a payload in UTF-8, on a thread of Node's pool. */
  sign: (payloadType: string, payload: string) => Promise<Envelope['signatures']>
  /** The links of the chain of keys after one, signed, in order. */
  statementsAfter: (version: number) => Envelope[]
  /**
   * Makes a new key, and takes the present one out of use: with its last signature it hands over to
   * the new one. Done means on disk.
   */
  rotate: (at: EpochMs) => void
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

type Key = TrustedKey & { privateKey: KeyObject }

const toKey = (pem: string): Key => {
  const privateKey = createPrivateKey(pem)
  const spki = createPublicKey(privateKey).export({ type: 'spki', format: 'der' })
  return {
    keyid: createHash('sha256').update(spki).digest('hex').slice(0, 16),
    publicKey: spki.toString('base64'),
    privateKey,
  }
}

/** @throws AppError key-damaged, where `work` cannot make sense of a file */
export const readingKey = <T>(file: string, work: () => T): T => {
  try {
    return work()
  } catch (cause) {
    // A disk that is full, or a folder that may not be written, is no damage.
    if (cause instanceof AppError || (cause as NodeJS.ErrnoException).syscall) throw cause
    const detail = cause instanceof Error ? cause.message : String(cause)
    throw new AppError('key-damaged', { file, detail }, { cause })
  }
}

const newPem = (): string =>
  generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()

const toSign = (payloadType: string, payload: string): Uint8Array =>
  signedBytes(payloadType, Buffer.from(payload, 'utf8'))

const signatureOf = ({ keyid }: Key, signature: Buffer): Envelope['signatures'][number] => ({
  keyid,
  sig: signature.toString('base64'),
})

const payloadOf = (envelope: Envelope): Buffer => Buffer.from(envelope.payload, 'base64')

/** The key for manifests of the first start. */
export const SIGNING_KEY = 'manifest-signing.pem'
const CHAIN = 'key-statements.json'

const readChain = (path: string): Envelope[] =>
  existsSync(path)
    ? readingKey(path, () => z.array(Envelope).parse(JSON.parse(readFileSync(path, 'utf8'))))
    : []

const statementOf = (link: Envelope): KeyStatement =>
  KeyStatement.parse(JSON.parse(payloadOf(link).toString('utf8')))

/**
 * Loads the Ed25519 key that signs manifests; the first start makes it. Each key has a file of its
 * own, and the last link of the chain says which one is in use: a change that is cut off half-way
 * has not happened.
 */
export const loadSigningKey = (folder: string): SigningKey => {
  const chainPath = join(folder, CHAIN)
  let chain = readChain(chainPath)
  const fileOf = (keyid: string) => `manifest-signing-${keyid}.pem`
  const load = (name: string, pem: string) => readingKey(join(folder, name), () => toKey(pem))
  const first = load(SIGNING_KEY, secretFile(folder, SIGNING_KEY, newPem))
  const keyidAt = (version: number): string | undefined => {
    if (version === 0) return first.keyid
    const link = chain[version - 1]
    return link && readingKey(chainPath, () => statementOf(link).keys[0]?.keyid)
  }
  let current = first
  if (chain.length > 0) {
    const name = fileOf(keyidAt(chain.length) ?? '')
    if (!existsSync(join(folder, name))) throw new AppError('keys-missing', { folder, files: name })
    current = load(name, readFileSync(join(folder, name), 'utf8'))
  }

  return {
    get keyid() {
      return current.keyid
    },
    get publicKey() {
      return current.publicKey
    },
    get version() {
      return chain.length
    },
    async sign(payloadType, payload) {
      const key = current
      return [
        signatureOf(key, await signBeside(null, toSign(payloadType, payload), key.privateKey)),
      ]
    },
    keyidAt,
    statementsAfter: (version) => chain.slice(version),

    rotate(at) {
      const pem = newPem()
      const next = toKey(pem)
      secretFile(folder, fileOf(next.keyid), () => pem)
      const before = chain.at(-1)
      const publicPart = ({ keyid, publicKey }: Key): TrustedKey => ({ keyid, publicKey })
      const statement: KeyStatement = {
        v: 1,
        version: chain.length + 1,
        prev: before ? createHash('sha256').update(payloadOf(before)).digest('hex') : null,
        issuedAt: at,
        keys: [publicPart(next)],
        revoked: [publicPart(current)],
      }
      // The old key says who follows it, and the new one that it is held by who says so.
      const payload = JSON.stringify(statement)
      const link: Envelope = {
        payloadType: KEYS_TYPE,
        payload: Buffer.from(payload, 'utf8').toString('base64'),
        signatures: [current, next].map((key) =>
          signatureOf(key, sign(null, toSign(KEYS_TYPE, payload), key.privateKey)),
        ),
      }
      const longer = [...chain, link]
      writeFileSync(`${chainPath}.new`, JSON.stringify(longer), { mode: 0o600, flush: true })
      renameSync(`${chainPath}.new`, chainPath)
      chain = longer
      current = next
    },
  }
}
