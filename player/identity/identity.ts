import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  sign,
} from 'node:crypto'
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
} from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { type JournalHead, signCheckpoint } from '#evidence'
import { EnrolAnswer, type SignedNote, signedBytes } from '#protocol'
import { replaceFile } from '../trust/replace-file.ts'

/** What a device keeps of its enrolment. The private keys were made here and never leave. */
const StoredIdentity = z.object({
  server: z.url(),
  deviceKey: z.string(),
  journalKey: z.string(),
  enrolment: EnrolAnswer.nullable(),
  /** SHA-256 of the code that was spent: the same one again is no news. */
  code: z.string().optional(),
})
type StoredIdentity = z.infer<typeof StoredIdentity>

export type Signer = {
  /** SPKI in base64. */
  publicKey: string
  /** Ed25519 over DSSE's encoding; base64. */
  sign: (payloadType: string, payload: Uint8Array) => string
  /** Signs how far the journal goes, and with which root. */
  checkpoint: (head: JournalHead) => SignedNote
}

export type Identity = {
  server: string
  enrolment: EnrolAnswer
  device: Signer
  journal: Signer
}

const newKey = (): string =>
  generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()

export const signer = (pem: string): Signer => {
  const privateKey: KeyObject = createPrivateKey(pem)
  const publicKey = createPublicKey(privateKey).export({ type: 'spki', format: 'der' })
  return {
    publicKey: publicKey.toString('base64'),
    sign: (payloadType, payload) =>
      sign(null, signedBytes(payloadType, payload), privateKey).toString('base64'),
    checkpoint: (head) => signCheckpoint(head, privateKey),
  }
}

const FINISHED = 'identity.json'
/** Keys that were made and are not known to be taken yet. */
const UNFINISHED = 'enrolling.json'

const read = (folder: string, name = FINISHED): StoredIdentity | undefined => {
  const path = join(folder, name)
  if (!existsSync(path)) return undefined
  return StoredIdentity.parse(JSON.parse(readFileSync(path, 'utf8')))
}

const write = (folder: string, identity: StoredIdentity, name = FINISHED): void =>
  replaceFile(join(folder, name), JSON.stringify(identity, null, 2), 0o600)

const open = (stored: StoredIdentity, enrolment: EnrolAnswer): Identity => ({
  server: stored.server,
  enrolment,
  device: signer(stored.deviceKey),
  journal: signer(stored.journalKey),
})

const hashOf = (code: string): string =>
  createHash('sha256')
    .update(code.toUpperCase().replace(/[^A-Z0-9]/g, ''))
    .digest('hex')

/**
 * Who this device is, or undefined where it has not enrolled yet, or is to enrol anew.
 * @param code the code it was started with: another one than it spent last asks for a new enrolment
 */
export const loadIdentity = (folder: string, code?: string): Identity | undefined => {
  const stored = read(folder)
  if (!stored?.enrolment) return undefined
  const isAnother = code !== undefined && stored.code !== undefined && stored.code !== hashOf(code)
  if (isAnother) return undefined
  return open(stored, stored.enrolment)
}

/**
 * What an earlier enrolment left is put aside under its device's name: its keys and what it trusted,
 * and its journal and settings where this is another device now. Media stay: they are what their
 * names say.
 */
const putAside = (folder: string, deviceId: string, isSameDevice: boolean): void => {
  const aside = join(folder, 'earlier', `${deviceId}-${Date.now()}`)
  mkdirSync(aside, { recursive: true })
  copyFileSync(join(folder, FINISHED), join(aside, FINISHED))
  const left = [/^trust\./]
  if (!isSameDevice) left.push(/^journal\.db/, /^by-hand\.json$/)
  for (const name of readdirSync(folder)) {
    if (left.some((pattern) => pattern.test(name)))
      renameSync(join(folder, name), join(aside, name))
  }
}

/**
 * Enrols with a code. The keys are on disk before they are sent: an answer that is lost can be asked
 * for again with the same ones. A device that was enrolled before gets new keys, and stays what it
 * was until the server has taken them.
 * @param ask spends the code at the server
 */
export const enrol = async (
  folder: string,
  server: string,
  code: string,
  ask: (keys: { deviceKey: string; journalKey: string }) => Promise<EnrolAnswer>,
): Promise<Identity> => {
  const before = read(folder)
  const begun = read(folder, UNFINISHED)
  const stored: StoredIdentity =
    begun && begun.server === server && begun.code === hashOf(code)
      ? begun
      : { server, deviceKey: newKey(), journalKey: newKey(), enrolment: null, code: hashOf(code) }
  write(folder, stored, UNFINISHED)
  const enrolment = await ask({
    deviceKey: signer(stored.deviceKey).publicKey,
    journalKey: signer(stored.journalKey).publicKey,
  })
  const earlier = before?.enrolment?.deviceId
  if (earlier) putAside(folder, earlier, earlier === enrolment.deviceId)
  write(folder, { ...stored, enrolment })
  rmSync(join(folder, UNFINISHED), { force: true })
  return open(stored, enrolment)
}
