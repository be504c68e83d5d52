import { existsSync, rmSync, statSync } from 'node:fs'
import { replaceFile } from '../trust/replace-file.ts'

/**
 * Space on the disk that is kept for the journal alone: when the disk is full of other things it is
 * given up, and the journal goes on.
 */
export const createReserve = (path: string, bytes: number) => {
  const isHeld = () => existsSync(path) && statSync(path).size === bytes
  return {
    /** @returns whether there was something to give up */
    release(): boolean {
      if (!existsSync(path)) return false
      rmSync(path)
      return true
    },

    /** Takes the space again where there is room for it. @returns whether it is held now */
    hold(): boolean {
      if (isHeld()) return true
      try {
        // Zeros might take no space at all.
        replaceFile(path, Buffer.alloc(bytes, 0x5a))
        return true
      } catch {
        rmSync(`${path}.new`, { force: true })
        return false
      }
    },
  }
}
