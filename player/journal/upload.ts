import type { Logger } from 'pino'
import { journalOrigin, openNote, readCheckpoint, sameBytes, type TreeHead } from '#evidence'
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
  /** The server says that it holds what this device does not have, and does not prove it. */
  onUnproved?: () => void
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
  const { journal, deviceId, signer, ledgerKey, send, reconnect, onAcked, onUnproved, log } = deps
  let isRunning = false
  /** The server has not said yet, on this connection, whether it holds the epochs that are over. */
  let isEarlierOpen = false
  let timer: NodeJS.Timeout | undefined

  const seal = (
    run: Omit<RecordBatch, 'edge' | 'checkpoint'>,
    treeAt: (size: number) => TreeHead = journal.treeAt,
  ): RecordBatch => {
    const { epoch } = run
    const size = run.from + run.records.length
    const root = treeAt(size).root()
    const checkpoint = signer.checkpoint({ deviceId, epoch, size, root })
    const edge = treeAt(run.from).edge.map((hash) => Buffer.from(hash).toString('base64'))
    return { ...run, edge, checkpoint }
  }

  /**
   * What a note says that this device's journal holds in an epoch, where the server's ledger put its
   * name under it: somebody with this device's key had signed the same.
   */
  const countersigned = ({ epoch, note }: HeldJournal) => {
    const opened = note === null ? undefined : openNote(note, ledgerKey)
    const said = opened && readCheckpoint(opened.text)
    return said?.origin === journalOrigin(deviceId, epoch) ? said : undefined
  }

  /**
   * Takes what the server says it holds. Where it proves that it holds other records under the same
   * numbers, or more of them, this device's disk was lost or set back: a new epoch begins. What it
   * says without proof changes nothing.
   */
  const take = (held: HeldJournal): 'taken' | 'unproved' | 'contradicted' => {
    const { epoch, next } = journal.position()
    if (held.epoch !== epoch) return 'unproved'
    const said = held.next === 0 ? undefined : countersigned(held)
    const isProved = held.next === 0 || said?.size === held.next
    if (!isProved) {
      log.error({ held, own: next }, 'the server did not countersign what it says it holds')
      onUnproved?.()
      return 'unproved'
    }
    if (said && (said.size > next || !sameBytes(said.root, journal.treeAt(said.size).root()))) {
      log.error({ held, own: next }, 'the server holds a journal that this device does not have')
      journal.startEpoch(epoch + 1, held.next)
      return 'contradicted'
    }
    journal.setAcked(held.next, held.note)
    onAcked()
    return 'taken'
  }

  const later = (delayMs: number) => {
    timer ??= setTimeout(() => {
      timer = undefined
      run()
    }, delayMs)
  }

  /**
   * Epochs that are over, offered once for a connection: a server that was restored from a backup may
   * lack records that it had acknowledged. Their last record tells.
   */
  const offerEarlier = async (): Promise<void> => {
    isEarlierOpen = false
    for (const { epoch, size } of journal.earlier()) {
      const treeAt = (of: number) => journal.earlierTreeAt(epoch, of)
      let from = size - 1
      for (;;) {
        const records = fitting(journal.earlierRun(epoch, from, BATCH))
        if (records.length === 0) break
        const ack = await send(seal({ epoch, from, records }, treeAt))
        if (!ack) return
        const isFork = ack.verdicts.some((verdict) => CONTRADICTIONS.includes(verdict))
        const isBehind = ack.verdicts.includes('early') ? ack.next < from : ack.next > from
        if (isFork || ack.epoch !== epoch || ack.next >= size || !isBehind) break
        from = ack.next
      }
    }
  }

  const sendAll = async () => {
    if (isRunning) return
    isRunning = true
    try {
      for (;;) {
        const waiting = journal.unsent(BATCH)
        if (waiting.records.length === 0) return isEarlierOpen ? offerEarlier() : undefined
        const run = { ...waiting, records: fitting(waiting.records) }
        const ack = await send(seal(run))
        // Without an answer nothing is known: the welcome of the next connection tells.
        if (!ack) return reconnect()
        const contradicted = ack.verdicts.filter((verdict) => CONTRADICTIONS.includes(verdict))
        if (contradicted.length > 0)
          log.error({ contradicted }, 'the server found a contradiction in this journal')
        if (take(ack) !== 'taken') return reconnect()
      }
    } finally {
      isRunning = false
    }
  }
  const run = contained(log, 'the journal could not be brought to the server', sendAll)

  return {
    /** Records have been written. */
    poke: () => later(GATHER_MS),

    /**
     * What the server holds, said on a new connection; undefined where it did not prove that it said
     * so. Then what it acknowledges tells: that carries its own proof.
     */
    welcome(held: HeldJournal | undefined) {
      isEarlierOpen = true
      if (held && held.epoch !== journal.position().epoch) return
      const took = held ? take(held) : 'unproved'
      if (took === 'contradicted') reconnect()
      else run()
    },

    unsent: () => journal.position().next - journal.position().acked,

    close() {
      clearTimeout(timer)
    },
  }
}
