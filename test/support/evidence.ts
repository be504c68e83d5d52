import { createPublicKey, generateKeyPairSync } from 'node:crypto'
import { headAt, MemoryTree, signCheckpoint } from '#evidence'
import type { DeviceId, RecordBatch } from '#protocol'
import { toLedgerKey } from '../../server/evidence/ledger-key.ts'
import {
  parseRecords,
  type ReadBatch,
  readBatch,
  type SentBatch,
} from '../../server/evidence/read-batch.ts'
import type { Arrival } from '../../server/store/journal.ts'
import { DEVICE } from './builders.ts'

/** The journal key of whichever device a test speaks of, and of another one. */
export const [JOURNAL_KEY, OTHER_KEY] = [1, 2].map(() => {
  const { privateKey } = generateKeyPairSync('ed25519')
  const spki = createPublicKey(privateKey).export({ type: 'spki', format: 'der' })
  return { privateKey, publicKey: spki.toString('base64') }
}) as [JournalKey, JournalKey]

type JournalKey = {
  privateKey: ReturnType<typeof generateKeyPairSync>['privateKey']
  publicKey: string
}

const encoder = new TextEncoder()

/**
 * A batch as a device signs it.
 * @param journal all records of the epoch so far
 * @param from the first one sent
 */
export const aBatch = (
  journal: readonly string[],
  from: number,
  { deviceId = DEVICE, epoch = 0, key = JOURNAL_KEY, to = journal.length } = {},
): RecordBatch => {
  const tree = new MemoryTree(journal.slice(0, to).map((bytes) => encoder.encode(bytes)))
  const edge = headAt(from, tree.read).edge.map((hash) => Buffer.from(hash).toString('base64'))
  const head = { deviceId, epoch, size: to, root: tree.root() }
  const checkpoint = signCheckpoint(head, key.privateKey)
  return { epoch, from, records: journal.slice(from, to), edge, checkpoint }
}

/** Reads a batch of a device whose plays are taken for planned: what is planned is another test's matter. */
export const readAsPlanned = (sent: SentBatch): ReadBatch | undefined =>
  readBatch(sent, parseRecords(sent.batch), 'Asia/Ho_Chi_Minh', () => true)

/** A batch as the ledger hands it to the store. @throws where it is not signed */
export const anArrival = (
  batch: RecordBatch,
  deviceId: DeviceId = DEVICE,
  key = JOURNAL_KEY,
): Arrival => {
  const sent = { deviceId, journalKey: key.publicKey, batch }
  const read = readAsPlanned(sent)
  if (!read) throw new Error('the batch is not signed')
  return { ...sent, read }
}

export const aLedgerKey = () => toLedgerKey(generateKeyPairSync('ed25519').privateKey)
