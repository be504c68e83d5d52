import type { Readable } from 'node:stream'
import type { Sha256 } from '#protocol'

export type Stored = { sha256: Sha256; bytes: number }

/** Holds bytes under the name of their content. What is stored never changes. */
export interface Storage {
  /**
   * Takes over a finished file (it is gone from where it was) and names it by its content. Done
   * means on disk: it survives a power cut from here on.
   */
  adopt(path: string): Promise<Stored>
  /** How many bytes are stored under a name, or undefined. */
  size(sha256: Sha256): Promise<number | undefined>
  /** The bytes, or the part [start, end] of them, both ends included. */
  read(sha256: Sha256, range?: { start: number; end: number }): Readable
  /** A local file with these bytes, for programs that want a path. It must not be written to. */
  localPath(sha256: Sha256): Promise<string>
}
