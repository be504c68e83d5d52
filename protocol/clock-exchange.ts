import { z } from 'zod'
import { LedgerSeal } from './seals.ts'
import { ClockInstant } from './units.ts'

/** Player: asks for the time. Version 1 sends nothing, and gets an answer without a seal. */
export const ClockRequest = z.object({ nonce: z.base64().max(100) }).optional()
export type ClockRequest = z.infer<typeof ClockRequest>

/** An answer is given at once. */
const LONGEST_ANSWER_MS = 60_000
/** Server's two instants. */
const clockInstants = { receivedAt: ClockInstant, sentAt: ClockInstant }
/** Whether an answer was sent when it was asked for. */
const isAtOnce = ({ receivedAt, sentAt }: { receivedAt: number; sentAt: number }) =>
  sentAt >= receivedAt && sentAt - receivedAt <= LONGEST_ANSWER_MS

/** Server's two instants of a four-timestamp exchange, on its own clock, in ms with fractions. */
export const ClockAnswer = z
  .object({ ...clockInstants, seal: LedgerSeal.optional() })
  .refine(isAtOnce, { error: 'sent before it was received, or long after' })
export type ClockAnswer = z.infer<typeof ClockAnswer>

/** What the seal of the time holds: the nonce is the request's own. */
export const SealedClock = z
  .object({ ...clockInstants, nonce: z.base64() })
  .refine(isAtOnce, { error: 'sent before it was received, or long after' })
export type SealedClock = z.infer<typeof SealedClock>
