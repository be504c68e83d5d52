import { createHash } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import Database from 'better-sqlite3'
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

/** Acknowledged records are kept this long: a server restored from an old backup gets them again. */
const KEPT_MS = 35 * 86_400_000

export type Stamp = { at: EpochMs; clock: ClockState }

/** A play that has begun and has no record yet: what to say of it if we die now. */
export type OpenPlay<T> = { key: string; body: T }

export type Journal<T> = ReturnType<typeof openJournal<T>>

const hashOf = (bytes: string): Sha256 =>
  createHash('sha256').update(bytes, 'utf8').digest('hex') as Sha256

/**
 * The device's journal: an append-only chain of records on disk, and beside it the plays that are
 * under way. Every method that returns has its result on disk.
 * @typeParam T what is kept of a play that is under way
 */
export const openJournal = <T>(path: string, deviceId: DeviceId) => {
  mkdirSync(dirname(path), { recursive: true })
  const db = new Database(path)
  db.pragma('journal_mode = WAL')
  db.pragma('synchronous = FULL')
  db.exec(`
    CREATE TABLE IF NOT EXISTS record (seq INTEGER PRIMARY KEY, at INTEGER NOT NULL, bytes TEXT NOT NULL);
    CREATE TABLE IF NOT EXISTS open_play (key TEXT PRIMARY KEY, body TEXT NOT NULL);
    CREATE TABLE IF NOT EXISTS node (level INTEGER, at INTEGER, hash BLOB NOT NULL, PRIMARY KEY (level, at)) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS state (name TEXT PRIMARY KEY, value TEXT NOT NULL);
  `)
  db.pragma('user_version = 1')
  if (db.pragma('synchronous', { simple: true }) !== 2)
    throw new Error('the journal is not synchronous')

  const getState = db.prepare<[string], { value: string }>('SELECT value FROM state WHERE name = ?')
  const setState = db.prepare('INSERT OR REPLACE INTO state VALUES (?, ?)')
  const insert = db.prepare('INSERT INTO record VALUES (?, ?, ?)')
  const insertNode = db.prepare('INSERT INTO node VALUES (?, ?, ?)')
  const getNode = db.prepare<[number, number], { hash: Buffer }>(
    'SELECT hash FROM node WHERE level = ? AND at = ?',
  )
  const insertOpen = db.prepare('INSERT OR REPLACE INTO open_play VALUES (?, ?)')
  const removeOpen = db.prepare('DELETE FROM open_play WHERE key = ?')
  const range = db.prepare<[number, number], { bytes: string }>(
    'SELECT bytes FROM record WHERE seq >= ? ORDER BY seq LIMIT ?',
  )

  const number = (name: string): number => Number(getState.get(name)?.value ?? 0)
  let epoch = number('epoch')
  let next = number('next')
  let acked = number('acked')
  let head = (getState.get('head')?.value ?? NO_RECORD) as Sha256

  const readNode: ReadSubtree = ({ level, index }) => {
    const node = getNode.get(level, index)
    if (!node) throw new RangeError(`the journal's tree has no node ${level}/${index}`)
    return node.hash
  }

  const write = (event: JournalEvent, { at, clock }: Stamp): void => {
    const record: JournalRecord = { v: 1, deviceId, epoch, seq: next, prev: head, at, clock, event }
    const bytes = canonicalize(record) as string
    insert.run(next, at, bytes)
    for (const node of completedBy(next, leafHash(bytes), readNode))
      insertNode.run(node.level, node.index, node.hash)
    head = hashOf(bytes)
    next += 1
    setState.run('next', String(next))
    setState.run('head', head)
  }

  /** Memory follows the disk: where a transaction fails, what it counted is taken back. */
  const atomically = (work: () => void): void => {
    const before = { epoch, next, acked, head }
    try {
      db.transaction(work)()
    } catch (error) {
      ;({ epoch, next, acked, head } = before)
      throw error
    }
  }

  return {
    position: () => ({ epoch, next, acked, head }),

    /** Appends a record. */
    append(event: JournalEvent, stamp: Stamp): void {
      atomically(() => write(event, stamp))
    },

    /** Writes down that a play begins, before it is heard. */
    open(key: string, body: T): void {
      insertOpen.run(key, JSON.stringify(body))
    },

    /** Takes back a play that was opened and never began. */
    discard(key: string): void {
      removeOpen.run(key)
    },

    /** Ends a play: its record is appended in the same stroke in which it stops being open. */
    close(key: string, event: JournalEvent, stamp: Stamp): void {
      atomically(() => {
        removeOpen.run(key)
        write(event, stamp)
      })
    },

    /** Plays that were under way when an earlier run of the player died. */
    leftOpen(): OpenPlay<T>[] {
      const rows = db.prepare<[], { key: string; body: string }>('SELECT * FROM open_play').all()
      return rows.map(({ key, body }) => ({ key, body: JSON.parse(body) as T }))
    },

    /** Whether the last record says that the player was stopped in order, or there is none yet. */
    wasStopped(): boolean {
      const last = range.get(next - 1, 1)
      return !last || (JSON.parse(last.bytes) as JournalRecord).event.kind === 'stop'
    },

    /** The next records to send: their bytes, at most `limit` of them. */
    unsent(limit: number): { epoch: number; from: number; records: string[] } {
      return { epoch, from: acked, records: range.all(acked, limit).map(({ bytes }) => bytes) }
    },

    /** Hash of the last of the first `size` records. */
    headAt(size: number): Sha256 {
      if (size === next) return head
      const row = size === 0 ? undefined : range.get(size - 1, 1)
      return row ? hashOf(row.bytes) : NO_RECORD
    },

    /** Head of the tree over the first `size` records; its nodes outlive the records. */
    treeAt: (size: number): TreeHead => headAt(size, readNode),

    /**
     * The server says that it holds the first `count` records: also fewer than before, after a
     * restore. `note` is what it countersigned, and is kept.
     */
    setAcked(count: number, note: string | null): void {
      atomically(() => {
        acked = count
        setState.run('acked', String(count))
        if (note !== null) setState.run('note', note)
      })
    },

    /** The last checkpoint that the server countersigned: it cannot deny having held these records. */
    countersigned: (): string | undefined => getState.get('note')?.value,

    /**
     * Begins a new epoch, because the server holds records of this one that this device does not
     * have: its disk was lost or set back. What was not sent yet is written anew into it.
     */
    startEpoch(newEpoch: number): void {
      atomically(() => {
        const kept = range.all(acked, -1).map(({ bytes }) => JSON.parse(bytes) as JournalRecord)
        db.exec('DELETE FROM record; DELETE FROM node')
        epoch = newEpoch
        next = 0
        acked = 0
        head = NO_RECORD
        setState.run('epoch', String(epoch))
        setState.run('acked', '0')
        setState.run('next', '0')
        setState.run('head', head)
        for (const { event, at, clock } of kept) write(event, { at, clock })
      })
    },

    /** Lets go of records that were acknowledged and are older than 35 days. */
    prune(now: EpochMs): void {
      db.prepare('DELETE FROM record WHERE seq < ? AND at < ?').run(acked, now - KEPT_MS)
    },

    shut(): void {
      db.close()
    },
  }
}
