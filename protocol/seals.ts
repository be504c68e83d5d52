import { z } from 'zod'
import { HeldJournal } from './evidence.ts'
import { DeviceId } from './ids.ts'
import { EpochMs } from './units.ts'

/** What the server says of itself on a connection, under the key of its ledger. */
export const WELCOME_TYPE = 'application/vnd.loabang.welcome.v1+json'
export const CLOCK_TYPE = 'application/vnd.loabang.clock.v1+json'

/** JSON as text, and the signature of the ledger's key over it; its type is one of the envelope's. */
export const LedgerSeal = z.object({
  payload: z.string().max(10_000),
  /** Ed25519 over DSSE's encoding. */
  signature: z.base64().max(100),
})
export type LedgerSeal = z.infer<typeof LedgerSeal>

/** What the seal of a welcome holds: to whom it was said, and in answer to which challenge. */
export const SealedWelcome = z.object({
  deviceId: DeviceId,
  nonce: z.base64(),
  serverTime: EpochMs,
  journal: HeldJournal,
})
export type SealedWelcome = z.infer<typeof SealedWelcome>
