import BetterSqlite3 from 'better-sqlite3'
import type { EpochMs } from '#protocol'

/** Something to write. `at` is set where a record would be lost with it. */
export type Writing = { work: () => void; at: EpochMs | undefined }

/** How many records were let go of, and between which instants. */
export type Loss = { count: number; from: EpochMs; to: EpochMs }

export type BacklogDeps = {
  /** Gives up reserved space. @returns whether there was any */
  release: () => boolean
  /** Writes down what was lost. */
  writeLoss: (loss: Loss) => void
  mostWaiting: number
}

const NO_ROOM = /^SQLITE_(FULL|IOERR)/

const isNoRoom = (error: unknown): boolean =>
  error instanceof BetterSqlite3.SqliteError && NO_ROOM.test(error.code)

/**
 * Writes in order, on a disk that may be full: first in the reserved space, then, in memory, what
 * could not be written waits for room. Where that is too much too, the oldest is let go of, counted.
 */
export const createBacklog = ({ release, writeLoss, mostWaiting }: BacklogDeps) => {
  const waiting: Writing[] = []
  let loss: Loss | undefined
  let isFull = false

  const attempt = (work: () => void): boolean => {
    for (;;) {
      try {
        work()
        return true
      } catch (error) {
        if (!isNoRoom(error)) throw error
        isFull = true
        if (!release()) return false
      }
    }
  }

  const lose = ({ at }: Writing) => {
    if (at === undefined) return
    loss = { count: (loss?.count ?? 0) + 1, from: loss?.from ?? at, to: at }
  }

  /** @returns whether nothing waits any more */
  const flush = (): boolean => {
    for (let first = waiting[0]; first; first = waiting[0]) {
      let isDone: boolean
      try {
        isDone = attempt(first.work)
      } catch (error) {
        // It failed for another reason: it would keep all others waiting for ever.
        waiting.shift()
        throw error
      }
      if (!isDone) return false
      waiting.shift()
    }
    if (loss) {
      const told = loss
      if (!attempt(() => writeLoss(told))) return false
      loss = undefined
    }
    return true
  }

  return {
    write(writing: Writing): void {
      waiting.push(writing)
      flush()
      while (waiting.length > mostWaiting) lose(waiting.shift() as Writing)
    },
    flush,
    /** There was no room once, and nobody has said since that there is. */
    isFull: () => isFull,
    hasRoom() {
      isFull = false
    },
  }
}
