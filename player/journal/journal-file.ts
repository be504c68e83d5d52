import Database from 'better-sqlite3'
import type { EpochMs } from '#protocol'

/** Records of an epoch that is over, by number. */
type EarlierRow = { seq: number; bytes: string }

/** So many are removed in one stroke: the event loop gets its turn in between minutes, not seconds. */
const REMOVED_AT_ONCE = 2_000

/**
 * The file of a journal: records by number, the nodes of the tree over them, plays under way, and a few words of state.
 * Every commit is on disk when it returns.
 */
export const openJournalFile = (path: string) => {
  const db = new Database(path)
  db.pragma('journal_mode = WAL')
  db.pragma('synchronous = FULL')
  // A short log is used again and again: on a full disk a commit then takes little more than its bytes.
  db.pragma('wal_autocheckpoint = 200')
  // It is written at its end and hardly ever read: the default would fill 16 MB of the box in two days.
  db.pragma('cache_size = -2000')
  db.exec(`
    CREATE TABLE IF NOT EXISTS record (seq INTEGER PRIMARY KEY, at INTEGER NOT NULL, bytes TEXT NOT NULL);
    CREATE TABLE IF NOT EXISTS open_play (key TEXT PRIMARY KEY, body TEXT NOT NULL);
    CREATE TABLE IF NOT EXISTS node (level INTEGER, at INTEGER, hash BLOB NOT NULL, PRIMARY KEY (level, at)) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS state (name TEXT PRIMARY KEY, value TEXT NOT NULL);
    CREATE TABLE IF NOT EXISTS earlier_record
      (epoch INTEGER, seq INTEGER, at INTEGER NOT NULL, bytes TEXT NOT NULL, PRIMARY KEY (epoch, seq)) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS earlier_node
      (epoch INTEGER, level INTEGER, at INTEGER, hash BLOB NOT NULL, PRIMARY KEY (epoch, level, at)) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS reached (key TEXT PRIMARY KEY, at INTEGER NOT NULL);
  `)
  db.pragma('user_version = 1')
  if (db.pragma('synchronous', { simple: true }) !== 2)
    throw new Error('the journal is not synchronous')

  const getState = db.prepare<[string], { value: string }>('SELECT value FROM state WHERE name = ?')
  const setState = db.prepare('INSERT OR REPLACE INTO state VALUES (?, ?)')
  const insert = db.prepare('INSERT INTO record VALUES (?, ?, ?)')
  const insertNode = db.prepare('INSERT INTO node VALUES (?, ?, ?)')
  const getNode = db
    .prepare<[number, number], Buffer>('SELECT hash FROM node WHERE level = ? AND at = ?')
    .pluck()
  const insertOpen = db.prepare('INSERT OR REPLACE INTO open_play VALUES (?, ?)')
  const removeOpen = db.prepare('DELETE FROM open_play WHERE key = ?')
  const range = db
    .prepare<[number, number], string>(
      'SELECT bytes FROM record WHERE seq >= ? ORDER BY seq LIMIT ?',
    )
    .pluck()
  const getReached = db.prepare<[string], number>('SELECT at FROM reached WHERE key = ?').pluck()
  const setReached = db.prepare(
    'INSERT INTO reached VALUES (?, ?) ON CONFLICT DO UPDATE SET at = max(at, excluded.at)',
  )
  const forgetReached = db.prepare('DELETE FROM reached WHERE at < ?')
  const oldest = db.prepare<[], { seq: number; at: number }>(
    'SELECT seq, at FROM record ORDER BY seq LIMIT 1',
  )
  const removeBelow = db.prepare('DELETE FROM record WHERE seq < ?')
  /** Of the oldest few below a number, the first that is to be kept. */
  const firstKept = db
    .prepare<[number, number, number], number>(
      `SELECT seq FROM (SELECT seq, at FROM record WHERE seq < ? ORDER BY seq LIMIT ?)
       WHERE at >= ? ORDER BY seq LIMIT 1`,
    )
    .pluck()

  const earlierRange = db.prepare<[number, number, number], EarlierRow>(
    'SELECT seq, bytes FROM earlier_record WHERE epoch = ? AND seq >= ? ORDER BY seq LIMIT ?',
  )
  const earlierNode = db
    .prepare<[number, number, number], Buffer>(
      'SELECT hash FROM earlier_node WHERE epoch = ? AND level = ? AND at = ?',
    )
    .pluck()
  const earlierSizes = db.prepare<[], { epoch: number; size: number }>(
    'SELECT epoch, max(seq) + 1 AS size FROM earlier_record GROUP BY epoch ORDER BY epoch',
  )

  const number = (name: string): number => Number(getState.get(name)?.value ?? 0)
  const pragma = (name: string): number => db.pragma(name, { simple: true }) as number
  const usedBytes = (): number =>
    (pragma('page_count') - pragma('freelist_count')) * pragma('page_size')

  return {
    number,
    text: (name: string) => getState.get(name)?.value,
    set: (name: string, value: string) => void setState.run(name, value),
    insert: (seq: number, at: EpochMs, bytes: string) => void insert.run(seq, at, bytes),
    /** A complete subtree of the tree over all records: it outlives them. */
    insertNode: (level: number, index: number, hash: Uint8Array) =>
      void insertNode.run(level, index, hash),
    node: (level: number, index: number) => getNode.get(level, index),
    insertOpen: (key: string, body: string) => void insertOpen.run(key, body),
    removeOpen: (key: string) => void removeOpen.run(key),
    leftOpen: () =>
      db.prepare<[], { key: string; body: string }>('SELECT key, body FROM open_play').all(),
    range: (from: number, limit: number) => range.all(from, limit),
    reached: (key: string) => getReached.get(key),
    setReached: (key: string, at: EpochMs) => void setReached.run(key, at),
    forgetReached: (before: EpochMs) => void forgetReached.run(before),
    clear: () => void db.exec('DELETE FROM record; DELETE FROM node'),

    /** Puts aside the records of the present epoch below a number: that epoch is over. */
    keepEarlier(epoch: number, below: number): void {
      db.prepare(
        'INSERT OR IGNORE INTO earlier_record SELECT ?, seq, at, bytes FROM record WHERE seq < ?',
      ).run(epoch, below)
      db.prepare('INSERT OR IGNORE INTO earlier_node SELECT ?, level, at, hash FROM node').run(
        epoch,
      )
    },
    /** Epochs that are over and have records left, and up to which number. */
    earlierSizes: () => earlierSizes.all(),
    earlierRange: (epoch: number, from: number, limit: number) =>
      earlierRange.all(epoch, from, limit),
    earlierNode: (epoch: number, level: number, index: number) =>
      earlierNode.get(epoch, level, index),
    forgetEarlier(before: EpochMs): void {
      const { changes } = db.prepare('DELETE FROM earlier_record WHERE at < ?').run(before)
      if (changes > 0)
        db.exec('DELETE FROM earlier_node WHERE epoch NOT IN (SELECT epoch FROM earlier_record)')
    },
    usedBytes,

    /**
     * Removes the oldest records, as long as they have a number below and an instant before the
     * given ones, and the file is larger than it should be.
     */
    removeAcked(below: number, before: EpochMs, wantedBytes = 0): void {
      for (;;) {
        const first = oldest.get()
        if (!first || first.seq >= below || first.at >= before || usedBytes() <= wantedBytes) return
        const end = Math.min(below, first.seq + REMOVED_AT_ONCE)
        removeBelow.run(firstKept.get(end, REMOVED_AT_ONCE, before) ?? end)
      }
    },

    transaction: (work: () => void) => db.transaction(work)(),
    close: () => db.close(),
  }
}
