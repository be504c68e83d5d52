import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  randomBytes,
  sign,
} from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import {
  Envelope,
  type EpochMs,
  KEYS_TYPE,
  KeyStatement,
  signedBytes,
  type TrustedKey,
} from '#protocol'

/** The server's key for manifests, and the name by which devices know it. It may be changed. */
export type SigningKey = {
  readonly keyid: string
  /** SPKI in base64. */
  readonly publicKey: string
  /** How often it was changed. */
  readonly version: number
  /** Signs a payload in UTF-8. */
  sign: (payloadType: string, payload: string) => Envelope['signatures']
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

type Key = TrustedKey & { sign: (payloadType: string, payload: string) => string }

const toKey = (pem: string): Key => {
  const privateKey = createPrivateKey(pem)
  const spki = createPublicKey(privateKey).export({ type: 'spki', format: 'der' })
  return {
    keyid: createHash('sha256').update(spki).digest('hex').slice(0, 16),
    publicKey: spki.toString('base64'),
    sign: (payloadType, payload) =>
      sign(null, signedBytes(payloadType, Buffer.from(payload, 'utf8')), privateKey).toString(
        'base64',
      ),
  }
}

const newPem = (): string =>
  generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()

const signaturesOf = (
  payloadType: string,
  payload: string,
  keys: readonly Key[],
): Envelope['signatures'] =>
  keys.map((key) => ({ keyid: key.keyid, sig: key.sign(payloadType, payload) }))

const payloadOf = (envelope: Envelope): Buffer => Buffer.from(envelope.payload, 'base64')

const CHAIN = 'key-statements.json'

const readChain = (path: string): Envelope[] =>
  existsSync(path) ? z.array(Envelope).parse(JSON.parse(readFileSync(path, 'utf8'))) : []

/**
 * Loads the Ed25519 key that signs manifests; the first start makes it. Each key has a file of its
 * own, and the last link of the chain says which one is in use: a change that is cut off half-way
 * has not happened.
 */
export const loadSigningKey = (folder: string): SigningKey => {
  const chainPath = join(folder, CHAIN)
  let chain = readChain(chainPath)
  const fileOf = (keyid: string) => `manifest-signing-${keyid}.pem`
  let current = toKey(secretFile(folder, 'manifest-signing.pem', newPem))
  const last = chain.at(-1)
  if (last) {
    const { keys } = KeyStatement.parse(JSON.parse(payloadOf(last).toString('utf8')))
    const [{ keyid } = { keyid: '' }] = keys
    current = toKey(readFileSync(join(folder, fileOf(keyid)), 'utf8'))
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
    sign: (payloadType, payload) => signaturesOf(payloadType, payload, [current]),
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
        signatures: signaturesOf(KEYS_TYPE, payload, [current, next]),
      }
      const longer = [...chain, link]
      writeFileSync(`${chainPath}.new`, JSON.stringify(longer), { mode: 0o600, flush: true })
      renameSync(`${chainPath}.new`, chainPath)
      chain = longer
      current = next
    },
  }
}
