import { createHash } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import canonicalize from 'canonicalize'
import { completedBy, headAt, leafHash, type ReadSubtree, type TreeHead } from '#evidence'
import {
  type ClockState,
  type DeviceId,
  type EpochMs,
  type JournalEvent,
  type JournalRecord,
  NO_RECORD,
  type Sha256,
} from '#protocol'
import { createBacklog, type Loss } from './backlog.ts'
import { openJournalFile } from './journal-file.ts'
import { createReserve } from './reserve.ts'

/** Acknowledged records are kept this long: a server restored from an old backup gets them again. */
const KEPT_MS = 35 * 86_400_000
/** What was played is remembered this long, so that it is not played twice. */
const REACHED_KEPT_MS = 2 * 86_400_000
/** Where there is no other way, so large a part of the records is let go of at once. */
const LET_GO_SHARE = 0.1

const DEFAULTS = { reserveBytes: 4_000_000, limitBytes: 200_000_000, mostWaiting: 2_000 }

export type Stamp = { at: EpochMs; clock: ClockState }

/** A play that has begun and has no record yet: what to say of it if we die now. */
export type OpenPlay<T> = { key: string; body: T }

export type Journal<T> = ReturnType<typeof openJournal<T>>

const hashOf = (bytes: string): Sha256 =>
  createHash('sha256').update(bytes, 'utf8').digest('hex') as Sha256

/**
 * The device's journal: an append-only chain of records on disk, and beside it the plays that are
 * under way. Every method that returns has its result on disk; on a disk that is full to the last of
 * the reserved space it waits in memory, and `isFull` says so.
 * @typeParam T what is kept of a play that is under way
 */
export const openJournal = <T>(
  path: string,
  deviceId: DeviceId,
  options: Partial<typeof DEFAULTS> = {},
) => {
  const { reserveBytes, limitBytes, mostWaiting } = { ...DEFAULTS, ...options }
  mkdirSync(dirname(path), { recursive: true })
  const file = openJournalFile(path)
  const reserve = createReserve(`${path}.reserve`, reserveBytes)
  reserve.hold()

  let epoch = file.number('epoch')
  let next = file.number('next')
  let acked = file.number('acked')
  let head = (file.text('head') ?? NO_RECORD) as Sha256

  const readNode: ReadSubtree = ({ level, index }) => {
    const hash = file.node(level, index)
    if (!hash) throw new RangeError(`the journal's tree has no node ${level}/${index}`)
    return hash
  }

  const write = (event: JournalEvent, { at, clock }: Stamp): void => {
    const record: JournalRecord = { v: 1, deviceId, epoch, seq: next, prev: head, at, clock, event }
    const bytes = canonicalize(record) as string
    file.insert(next, at, bytes)
    for (const { level, index, hash } of completedBy(next, leafHash(bytes), readNode))
      file.insertNode(level, index, hash)
    head = hashOf(bytes)
    next += 1
    file.set('next', String(next))
    file.set('head', head)
  }

  /** Memory follows the disk: where a transaction fails, what it counted is taken back. */
  const atomically = (work: () => void): void => {
    const before = { epoch, next, acked, head }
    try {
      file.transaction(work)
    } catch (error) {
      ;({ epoch, next, acked, head } = before)
      throw error
    }
  }

  let lastStamp: Stamp = { at: 0, clock: { grade: 'unknown', errorMs: null } }
  const backlog = createBacklog({
    mostWaiting,
    release: () => reserve.release(),
    writeLoss: (loss) => atomically(() => write({ kind: 'lost', ...loss }, lastStamp)),
  })
  const steadily = (work: () => void, stamp?: Stamp): void => {
    lastStamp = stamp ?? lastStamp
    backlog.write({ work: () => atomically(work), at: stamp?.at })
  }

  /**
   * Begins a new epoch: what was not sent yet is written again, into it; what was acknowledged is kept.
   * @param lettingGo how many of the oldest unsent records are dropped, counted in a record
   * @param held how many records of the present epoch the server proved that it holds
   */
  const startEpoch = (
    newEpoch: number,
    { lettingGo = 0, held }: { lettingGo?: number; held?: number },
  ): void =>
    atomically(() => {
      const all = file.range(acked, -1).map((bytes) => JSON.parse(bytes) as JournalRecord)
      const gone = all.slice(0, lettingGo)
      const before = { epoch, own: next, held: held ?? acked }
      file.keepEarlier(epoch, acked)
      file.clear()
      epoch = newEpoch
      next = 0
      acked = 0
      head = NO_RECORD
      file.set('epoch', String(epoch))
      file.set('acked', '0')
      file.set('next', '0')
      file.set('head', head)
      if (held !== undefined) write({ kind: 'epoch', before }, lastStamp)
      const [first] = gone
      if (first) {
        const loss: Loss = { count: gone.length, from: first.at, to: gone.at(-1)?.at ?? first.at }
        write({ kind: 'lost', ...loss }, lastStamp)
      }
      for (const { event, at, clock } of all.slice(lettingGo)) write(event, { at, clock })
    })

  return {
    position: () => ({ epoch, next, acked, head }),

    /** Appends a record. */
    append(event: JournalEvent, stamp: Stamp): void {
      steadily(() => write(event, stamp), stamp)
    },

    /** Writes down that a play begins, before it is heard. */
    open(key: string, body: T): void {
      steadily(() => file.insertOpen(key, JSON.stringify(body)))
    },

    /** Takes back a play that was opened and never began. */
    discard(key: string): void {
      steadily(() => file.removeOpen(key))
    },

    /**
     * Ends a play: its record is appended in the same stroke in which it stops being open.
     * @param reached the instant of the plan up to which it was played: it is not played twice
     */
    close(key: string, event: JournalEvent, stamp: Stamp, reached?: EpochMs): void {
      steadily(() => {
        file.removeOpen(key)
        if (reached !== undefined) file.setReached(key, reached)
        write(event, stamp)
      }, stamp)
    },

    /** The instant of the plan up to which something was played, or undefined where it was not. */
    reached: (key: string): EpochMs | undefined => file.reached(key),

    /** Plays that were under way when an earlier run of the player died. */
    leftOpen: (): OpenPlay<T>[] =>
      file.leftOpen().map(({ key, body }) => ({ key, body: JSON.parse(body) as T })),

    /**
     * Whether the player was stopped in order when it ran last, or never ran yet. Tests of the device
     * come while it does not run.
     */
    wasStopped(): boolean {
      for (let seq = next - 1; seq >= 0; seq--) {
        const [bytes] = file.range(seq, 1)
        const kind = bytes && (JSON.parse(bytes) as JournalRecord).event.kind
        if (kind !== 'test') return kind === undefined || kind === 'stop'
      }
      return true
    },

    /** The next records to send: their bytes, at most `limit` of them. */
    unsent: (limit: number): { epoch: number; from: number; records: string[] } => ({
      epoch,
      from: acked,
      records: file.range(acked, limit),
    }),

    /** Hash of the last of the first `size` records. */
    headAt(size: number): Sha256 {
      if (size === next) return head
      const [bytes] = size === 0 ? [] : file.range(size - 1, 1)
      return bytes ? hashOf(bytes) : NO_RECORD
    },

    /** Head of the tree over the first `size` records; its nodes outlive the records. */
    treeAt: (size: number): TreeHead => headAt(size, readNode),

    /**
     * The server says that it holds the first `count` records: also fewer than before, after a
     * restore. `note` is what it countersigned, and is kept.
     */
    setAcked(count: number, note: string | null): void {
      acked = count
      steadily(() => {
        acked = count
        file.set('acked', String(count))
        if (note !== null) file.set('note', note)
      })
    },

    /** The last checkpoint that the server countersigned: it cannot deny having held these records. */
    countersigned: (): string | undefined => file.text('note'),

    /**
     * Begins a new epoch, because the server proved that it holds `held` records of this one that this
     * device does not have: its disk was lost or set back. The first record says so; what was not sent
     * yet is written again after it.
     */
    startEpoch: (newEpoch: number, held: number): void => startEpoch(newEpoch, { held }),

    /** Epochs that are over, of which acknowledged records are kept, and how many they had. */
    earlier: () => file.earlierSizes(),

    /** Records of an epoch that is over, from a number on, as far as they are still there. */
    earlierRun(epochBefore: number, from: number, limit: number): string[] {
      const rows = file.earlierRange(epochBefore, from, limit)
      return rows[0]?.seq === from ? rows.map(({ bytes }) => bytes) : []
    },

    /** Head of the tree over the first `size` records of an epoch that is over. */
    earlierTreeAt: (epochBefore: number, size: number): TreeHead =>
      headAt(size, ({ level, index }) => {
        const hash = file.earlierNode(epochBefore, level, index)
        if (!hash) throw new RangeError(`no node ${level}/${index} in epoch ${epochBefore}`)
        return hash
      }),

    /** When the last record was written, where the time was agreed on with the server by then. */
    lastSyncedAt(): EpochMs | undefined {
      const [bytes] = next === 0 ? [] : file.range(next - 1, 1)
      const last = bytes && (JSON.parse(bytes) as JournalRecord)
      return last && last.clock.grade === 'synced' ? last.at : undefined
    },

    /** Lets go of records that were acknowledged and are older than 35 days. */
    prune(now: EpochMs): void {
      file.removeAcked(acked, now - KEPT_MS)
      file.forgetEarlier(now - KEPT_MS)
      file.forgetReached(now - REACHED_KEPT_MS)
    },

    /**
     * Keeps the journal within its size: acknowledged records go first, the oldest first; where
     * that is not enough, the oldest of the others, and a record of a new epoch counts them.
     * Writes what waited for room, and takes the reserved space again.
     */
    tend(stamp: Stamp): void {
      lastStamp = stamp
      if (!backlog.flush()) return
      if (file.usedBytes() > limitBytes) file.forgetEarlier(Number.MAX_SAFE_INTEGER)
      if (file.usedBytes() > limitBytes)
        file.removeAcked(acked, Number.MAX_SAFE_INTEGER, limitBytes)
      if (file.usedBytes() > limitBytes)
        startEpoch(epoch + 1, { lettingGo: Math.ceil((next - acked) * LET_GO_SHARE) })
      if (reserve.hold()) backlog.hasRoom()
    },

    /** There is no room left on the disk but what was reserved, or not even that. */
    isFull: () => backlog.isFull(),

    shut(): void {
      file.close()
    },
  }
}
