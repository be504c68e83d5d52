import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { Sha256 } from '#protocol'
import { replaceFile } from '../../trust/replace-file.ts'

/** Once may be chance: memory that was short, a browser that was ended. */
const MOST_LOSSES = 2
const MOST_KEPT = 1_000

const Kept = z.array(Sha256)

const read = (path: string): Sha256[] => {
  try {
    return Kept.parse(JSON.parse(readFileSync(path, 'utf8')))
  } catch {
    return []
  }
}

/**
 * Content under which the page of a board was lost twice: it is not shown any more, so that the other
 * slides of its loop are. Kept over restarts; `clear` gives it another chance.
 * @param onSetAside told once for each content
 */
export const createSetAside = (path: string, onSetAside: (content: Sha256) => void) => {
  let aside = new Set(read(path))
  const losses = new Map<Sha256, number>()
  let suspect: Sha256 | undefined

  return {
    has: (content: Sha256): boolean => aside.has(content),

    /** The page is given this content now: if it is lost before the next one, that is why. */
    given(content: Sha256): void {
      suspect = content
    },

    /** This content was shown to its end. */
    shown(content: Sha256): void {
      losses.delete(content)
      if (suspect === content) suspect = undefined
    },

    /** The page was lost by itself. */
    lost(): void {
      const content = suspect
      suspect = undefined
      if (content === undefined) return
      const count = (losses.get(content) ?? 0) + 1
      losses.set(content, count)
      if (count < MOST_LOSSES) return
      losses.delete(content)
      aside = new Set([...aside, content].slice(-MOST_KEPT))
      replaceFile(path, JSON.stringify([...aside]))
      onSetAside(content)
    },

    clear(): void {
      aside = new Set()
      losses.clear()
      replaceFile(path, '[]')
    },
  }
}

export type SetAside = ReturnType<typeof createSetAside>
