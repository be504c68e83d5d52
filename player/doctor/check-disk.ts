import { randomBytes } from 'node:crypto'
import {
  closeSync,
  fsyncSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  writeSync,
} from 'node:fs'
import { statfs } from 'node:fs/promises'
import { join } from 'node:path'
import { monotonicMs } from '../time/monotonic.ts'
import type { Finding } from './finding.ts'

const MEGABYTE = 1_000_000
/** The journal with its reserve, the plans, and a few clips. */
const NEEDED_MB = 200
const ROUNDS = 5
const BLOCK_BYTES = 200_000
/** A play waits for its first record: a disk that takes longer makes it late. */
const SLOW_MS = 1_000

/** What statfs calls file systems of which nothing is left after a power cut. */
const IN_MEMORY: Readonly<Record<number, string>> = { 16914836: 'tmpfs', 2240043254: 'ramfs' }
const OVERLAY = 0x794c7630

/** @returns the longest time that a write took until it was on disk */
const writeReally = (folder: string): number => {
  const scratch = mkdtempSync(join(folder, 'doctor-'))
  try {
    let longestMs = 0
    for (let round = 0; round < ROUNDS; round++) {
      const path = join(scratch, String(round))
      const bytes = randomBytes(BLOCK_BYTES)
      const before = monotonicMs()
      const file = openSync(path, 'w')
      writeSync(file, bytes)
      fsyncSync(file)
      closeSync(file)
      longestMs = Math.max(longestMs, monotonicMs() - before)
      if (!readFileSync(path).equals(bytes)) throw new Error('it reads back as something else')
    }
    return longestMs
  } finally {
    rmSync(scratch, { recursive: true, force: true })
  }
}

/** Whether there is room, whether what is written stays, and how long that takes. */
export const checkDisk = async (folder: string): Promise<Finding> => {
  const check = 'disk'
  try {
    const { type, bavail, bsize } = await statfs(folder)
    const free = Math.floor((bavail * bsize) / MEGABYTE)
    const ms = Math.ceil(writeReally(folder))
    const params = { free, ms, needed: NEEDED_MB, type: IN_MEMORY[type] ?? '' }
    const failed = (says: 'disk-memory' | 'disk-little' | 'disk-slow'): Finding => ({
      check,
      mark: 'failed',
      says,
      params,
      remedy: `${says}-do`,
    })
    if (type in IN_MEMORY) return failed('disk-memory')
    if (free < NEEDED_MB) return failed('disk-little')
    if (ms > SLOW_MS) return failed('disk-slow')
    if (type === OVERLAY) return { check, mark: 'unproved', says: 'disk-overlay', params }
    return { check, mark: 'proved', says: 'disk-ok', params }
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error)
    const params = { detail, folder }
    return { check, mark: 'failed', says: 'disk-wrong', params, remedy: 'disk-wrong-do' }
  }
}
