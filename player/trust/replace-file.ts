import { closeSync, fsyncSync, mkdirSync, openSync, renameSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'

/**
 * Writes a file so that a power cut leaves either the old bytes or the new ones, whole. Done means
 * on disk.
 */
export const replaceFile = (path: string, bytes: string | Uint8Array, mode = 0o644): void => {
  const folder = dirname(path)
  mkdirSync(folder, { recursive: true })
  const unfinished = `${path}.new`
  writeFileSync(unfinished, bytes, { mode, flush: true })
  renameSync(unfinished, path)
  const directory = openSync(folder, 'r')
  try {
    fsyncSync(directory)
  } finally {
    closeSync(directory)
  }
}
