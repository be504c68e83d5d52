import type { DurationMs } from '#protocol'

/** What follows is another stream of bytes: it needs a decoder of its own. */
export const NEW_DECODER = Symbol('new decoder')

/** A stream that has answered. */
export type Inflow = {
  /** One that gives no sound for so long is as good as cut. */
  patienceMs: DurationMs
  /** So much of it lies between what comes in and what goes out. */
  heldMs: DurationMs
  pieces: AsyncIterable<Uint8Array | typeof NEW_DECODER>
}
