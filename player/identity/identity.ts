import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  sign,
} from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
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

const pathIn = (folder: string) => join(folder, 'identity.json')

const read = (folder: string): StoredIdentity | undefined => {
  const path = pathIn(folder)
  if (!existsSync(path)) return undefined
  return StoredIdentity.parse(JSON.parse(readFileSync(path, 'utf8')))
}

const write = (folder: string, identity: StoredIdentity): void =>
  replaceFile(pathIn(folder), JSON.stringify(identity, null, 2), 0o600)

const open = (stored: StoredIdentity, enrolment: EnrolAnswer): Identity => ({
  server: stored.server,
  enrolment,
  device: signer(stored.deviceKey),
  journal: signer(stored.journalKey),
})

/** Who this device is, or undefined where it has not enrolled yet. */
export const loadIdentity = (folder: string): Identity | undefined => {
  const stored = read(folder)
  return stored?.enrolment ? open(stored, stored.enrolment) : undefined
}

/**
 * Enrols with a code. The keys are on disk before they are sent: an answer that is lost can be asked
 * for again with the same ones.
 * @param ask spends the code at the server
 */
export const enrol = async (
  folder: string,
  server: string,
  ask: (keys: { deviceKey: string; journalKey: string }) => Promise<EnrolAnswer>,
): Promise<Identity> => {
  const begun = read(folder)
  const stored: StoredIdentity =
    begun && begun.server === server && begun.enrolment === null
      ? begun
      : { server, deviceKey: newKey(), journalKey: newKey(), enrolment: null }
  write(folder, stored)
  const enrolment = await ask({
    deviceKey: signer(stored.deviceKey).publicKey,
    journalKey: signer(stored.journalKey).publicKey,
  })
  write(folder, { ...stored, enrolment })
  return open(stored, enrolment)
}
