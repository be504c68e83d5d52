import type { Logger } from 'pino'
import { openNote, readCheckpoint, sameBytes } from '#evidence'
import type {
  DeviceId,
  HeldJournal,
  RecordAck,
  RecordBatch,
  RecordVerdict,
  VerifierKey,
} from '#protocol'
import type { Signer } from '../identity/identity.ts'
import { contained } from '../supervise/contained.ts'
import type { Journal } from './journal.ts'

/** One batch is at most this many records, */
const BATCH = 200
/** and of this many characters: quoted within a message they can double, and it may hold a million. */
const BATCH_CHARACTERS = 450_000
/** A record that is written is followed by others: they travel together. */
const GATHER_MS = 300

const CONTRADICTIONS: readonly RecordVerdict[] = ['fork', 'unreadable']

export type UploadDeps = {
  journal: Journal<unknown>
  deviceId: DeviceId
  signer: Pick<Signer, 'checkpoint'>
  /** The server's, pinned at enrolment. */
  ledgerKey: VerifierKey
  /** @returns what the server holds now, or undefined where it did not say */
  send: (batch: RecordBatch) => Promise<RecordAck | undefined>
  /** Asked for when it is not clear any more what the server holds. */
  reconnect: () => void
  /** The server has taken some of what waited. */
  onAcked: () => void
  log: Logger
}

/** As many of the records, from the first, as fit into one message; always the first. */
const fitting = (records: readonly string[]): string[] => {
  let characters = 0
  const end = records.findIndex((record, index) => {
    characters += record.length
    return index > 0 && characters > BATCH_CHARACTERS
  })
  return end < 0 ? [...records] : records.slice(0, end)
}

/** Brings the journal to the server: one batch in flight, again and again until it is acknowledged. */
export const createUpload = (deps: UploadDeps) => {
  const { journal, deviceId, signer, ledgerKey, send, reconnect, onAcked, log } = deps
  let isRunning = false
  let timer: NodeJS.Timeout | undefined

  const seal = (run: Omit<RecordBatch, 'edge' | 'checkpoint'>): RecordBatch => {
    const { epoch } = run
    const size = run.from + run.records.length
    const root = journal.treeAt(size).root()
    const checkpoint = signer.checkpoint({ deviceId, epoch, size, root })
    const edge = journal.treeAt(run.from).edge.map((hash) => Buffer.from(hash).toString('base64'))
    return { ...run, edge, checkpoint }
  }

  /** Whether the server put its name under these very records. */
  const isCountersigned = ({ next, note }: HeldJournal): boolean => {
    if (next === 0) return true
    const opened = note === null ? undefined : openNote(note, ledgerKey)
    const said = opened && readCheckpoint(opened.text)
    return said?.size === next && sameBytes(said.root, journal.treeAt(next).root())
  }

  /**
   * Takes what the server says it holds. Where it holds other records under the same numbers, or
   * more of them, this device's disk was lost or set back: a new epoch begins.
   * @returns whether sending can go on from there
   */
  const take = (held: HeldJournal): boolean => {
    const { epoch, next } = journal.position()
    if (held.epoch !== epoch) return false
    if (held.next > next || journal.headAt(held.next) !== held.head) {
      log.error({ held, own: next }, 'the server holds a journal that this device does not have')
      journal.startEpoch(epoch + 1)
      return false
    }
    if (!isCountersigned(held)) {
      log.error({ held }, 'the server did not countersign what it says it holds')
      return false
    }
    journal.setAcked(held.next, held.note)
    onAcked()
    return true
  }

  const later = (delayMs: number) => {
    timer ??= setTimeout(() => {
      timer = undefined
      run()
    }, delayMs)
  }

  const sendAll = async () => {
    if (isRunning) return
    isRunning = true
    try {
      for (;;) {
        const waiting = journal.unsent(BATCH)
        if (waiting.records.length === 0) return
        const run = { ...waiting, records: fitting(waiting.records) }
        const ack = await send(seal(run))
        // Without an answer nothing is known: the welcome of the next connection tells.
        if (!ack) return reconnect()
        const contradicted = ack.verdicts.filter((verdict) => CONTRADICTIONS.includes(verdict))
        if (contradicted.length > 0)
          log.error({ contradicted }, 'the server found a contradiction in this journal')
        if (!take(ack)) return reconnect()
      }
    } finally {
      isRunning = false
    }
  }
  const run = contained(log, 'the journal could not be brought to the server', sendAll)

  return {
    /** Records have been written. */
    poke: () => later(GATHER_MS),

    /** What the server holds, said on a new connection. */
    welcome(held: HeldJournal) {
      if (held.epoch !== journal.position().epoch) return
      if (take(held)) run()
      else reconnect()
    },

    unsent: () => journal.position().next - journal.position().acked,

    close() {
      clearTimeout(timer)
    },
  }
}
