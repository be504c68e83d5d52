import type { JournalEvent } from '#protocol'
import { monotonicMs } from '../time/monotonic.ts'

type Distrust = Extract<JournalEvent, { kind: 'distrust' }>

/** The same is written down this often, however often it is given a reason: a disk is finite. */
const SAME_MS = 10 * 60_000

/** Writes down what was said in the server's name without proof. */
export const createDistrust = (record: (event: Distrust) => void) => {
  const written = new Map<Distrust['what'], number>()
  return (what: Exclude<Distrust['what'], 'step'>): void => {
    const nowMono = monotonicMs()
    if (nowMono - (written.get(what) ?? Number.NEGATIVE_INFINITY) < SAME_MS) return
    written.set(what, nowMono)
    record({ kind: 'distrust', what, byMs: null })
  }
}
