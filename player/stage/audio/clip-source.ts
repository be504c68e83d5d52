import { closeSync, openSync, readSync } from 'node:fs'
import { BYTES_PER_SAMPLE } from './format.ts'
import type { SoundSource } from './source.ts'

const CHUNK_SAMPLES = 2 * 48_000

export type ClipSource = SoundSource & {
  /**
   * Fills a block from a position on, beginning anew after the end.
   * @returns the position after it
   */
  readLoop: (position: number, block: Float32Array) => number
}

/** A clip's samples, read from disk as it goes. The file may still be growing under it. */
export const createClipSource = (path: string): ClipSource => {
  const file = openSync(path, 'r')
  const bytes = Buffer.alloc(CHUNK_SAMPLES * BYTES_PER_SAMPLE)
  const chunk = new Int16Array(bytes.buffer, bytes.byteOffset, CHUNK_SAMPLES)
  let first = 0
  let count = 0

  const load = (position: number) => {
    const got = readSync(file, bytes, 0, bytes.length, position * BYTES_PER_SAMPLE)
    first = position
    count = Math.floor(got / BYTES_PER_SAMPLE)
  }

  /** @returns how many there were */
  const copy = (position: number, block: Float32Array): number => {
    let index = 0
    while (index < block.length) {
      const at = position + index
      if (at < first || at >= first + count) load(at)
      if (count === 0) break
      const many = Math.min(block.length - index, first + count - at)
      for (let step = 0; step < many; step++) {
        block[index + step] = chunk[at - first + step] as number
      }
      index += many
    }
    return index
  }

  return {
    read(position, block) {
      block.fill(0, copy(position, block))
    },
    readLoop(position, block) {
      const got = copy(position, block)
      if (got === block.length) return position + got
      const rest = copy(0, block.subarray(got))
      block.fill(0, got + rest)
      return rest
    },
    close: () => closeSync(file),
  }
}
