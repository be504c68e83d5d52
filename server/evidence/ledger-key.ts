import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  sign,
} from 'node:crypto'
import { join } from 'node:path'
import { COSIGNATURE, cosign, signNote, verifierKey } from '#evidence'
import {
  type EpochMs,
  type LedgerSeal,
  type SignedNote,
  signedBytes,
  type VerifierKey,
} from '#protocol'
import { readingKey, secretFile } from '../publish/signing-key.ts'

/** The server's key for evidence; the one for manifests signs no evidence, and this one no manifest. */
export type LedgerKey = {
  /** Under which the server signs roots of days and exports. */
  notesKey: VerifierKey
  /** Under which it countersigns checkpoints of devices. */
  cosignaturesKey: VerifierKey
  sign: (text: string) => SignedNote
  cosign: (note: SignedNote, at: EpochMs) => SignedNote
  /** Signs what this server says to a device on a connection. @param type one of the envelope's */
  seal: (type: string, said: unknown) => LedgerSeal
}

export const toLedgerKey = (privateKey: KeyObject): LedgerKey => {
  const spki = createPublicKey(privateKey).export({ type: 'spki', format: 'der' })
  // No two servers share a name, whatever they are called by people.
  const name = `loabang/ledger/${createHash('sha256').update(spki).digest('hex').slice(0, 16)}`
  return {
    notesKey: verifierKey(name, privateKey),
    cosignaturesKey: verifierKey(name, privateKey, COSIGNATURE),
    sign: (text) => signNote(text, { name, privateKey }),
    cosign: (note, at) => cosign(note, { name, privateKey }, Math.floor(at / 1000)),
    seal(type, said) {
      const payload = JSON.stringify(said)
      const bytes = signedBytes(type, Buffer.from(payload, 'utf8'))
      return { payload, signature: sign(null, bytes, privateKey).toString('base64') }
    },
  }
}

export const LEDGER_KEY = 'ledger-signing.pem'

/** Loads the Ed25519 key of the ledger; the first start makes it. @throws AppError key-damaged */
export const loadLedgerKey = (folder: string): LedgerKey => {
  const pem = secretFile(folder, LEDGER_KEY, () =>
    generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  )
  return readingKey(join(folder, LEDGER_KEY), () => toLedgerKey(createPrivateKey(pem)))
}
