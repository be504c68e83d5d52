import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { VolumePercent } from '#protocol'
import { replaceFile } from '../trust/replace-file.ts'

/** What people have set on this device, over the plan. */
const ByHand = z.object({ muted: z.boolean(), volumeCap: VolumePercent.nullable() })
export type ByHand = z.infer<typeof ByHand>

const NOTHING: ByHand = { muted: false, volumeCap: null }

const load = (path: string): ByHand => {
  try {
    return ByHand.parse(JSON.parse(readFileSync(path, 'utf8')))
  } catch {
    return NOTHING
  }
}

/** Keeps what people have set, over restarts: who silenced a loudspeaker finds it silent. */
export const openByHand = (path: string) => {
  let state = load(path)
  return {
    get: (): ByHand => state,
    /** @returns whether it is on disk; it holds in any case, until the next start */
    set(change: Partial<ByHand>): boolean {
      state = { ...state, ...change }
      try {
        replaceFile(path, JSON.stringify(state))
        return true
      } catch {
        return false
      }
    },
  }
}
