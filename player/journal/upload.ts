import type { Logger } from 'pino'
import {
  CHECKPOINT_TYPE,
  type Checkpoint,
  type DeviceId,
  type RecordAck,
  type RecordBatch,
} from '#protocol'
import type { Signer } from '../identity/identity.ts'
import type { Journal } from './journal.ts'

/** One batch is at most this many records. */
const BATCH = 200
/** A record that is written is followed by others: they travel together. */
const GATHER_MS = 300

export type UploadDeps = {
  journal: Journal<unknown>
  deviceId: DeviceId
  signer: Signer
  /** @returns what the server holds now, or undefined where it did not say */
  send: (batch: RecordBatch) => Promise<RecordAck | undefined>
  /** Asked for when it is not clear any more what the server holds. */
  reconnect: () => void
  log: Logger
}

/** Brings the journal to the server: one batch in flight, again and again until it is acknowledged. */
export const createUpload = ({ journal, deviceId, signer, send, reconnect, log }: UploadDeps) => {
  let isRunning = false
  let timer: NodeJS.Timeout | undefined

  const seal = (run: Omit<RecordBatch, 'checkpoint'>): RecordBatch => {
    const size = run.from + run.records.length
    const { epoch } = run
    const checkpoint: Checkpoint = { deviceId, epoch, size, head: journal.headAt(size) }
    const payload = Buffer.from(JSON.stringify(checkpoint), 'utf8')
    const sig = signer.sign(CHECKPOINT_TYPE, payload)
    const signatures = [{ keyid: deviceId, sig }]
    return {
      ...run,
      checkpoint: { payloadType: CHECKPOINT_TYPE, payload: payload.toString('base64'), signatures },
    }
  }

  const later = (delayMs: number) => {
    timer ??= setTimeout(() => {
      timer = undefined
      void run()
    }, delayMs)
  }

  const run = async () => {
    if (isRunning) return
    isRunning = true
    try {
      for (;;) {
        const run = journal.unsent(BATCH)
        if (run.records.length === 0) return
        const ack = await send(seal(run))
        // Without an answer nothing is known: the welcome of the next connection tells.
        if (!ack || ack.epoch !== journal.position().epoch) return reconnect()
        if (ack.incident) log.error(ack, 'the server found a contradiction in this journal')
        journal.setAcked(Math.min(ack.next, journal.position().next))
      }
    } finally {
      isRunning = false
    }
  }

  return {
    /** Records have been written. */
    poke: () => later(GATHER_MS),

    /**
     * Takes what the server says it holds. Where it holds other records under the same numbers, or
     * more of them, this device's disk was lost or set back: a new epoch begins.
     */
    welcome(held: { epoch: number; next: number; head: string }) {
      const { epoch, next } = journal.position()
      if (held.epoch !== epoch) return
      const isOurs = held.next <= next && journal.headAt(held.next) === held.head
      if (isOurs) {
        journal.setAcked(held.next)
        return void run()
      }
      log.error({ held, own: next }, 'the server holds a journal that this device does not have')
      journal.startEpoch(epoch + 1)
      reconnect()
    },

    unsent: () => journal.position().next - journal.position().acked,

    close() {
      clearTimeout(timer)
    },
  }
}
