import { z } from 'zod'
import { Channel } from './channel.ts'
import type { ClockAnswer, ClockRequest } from './clock-exchange.ts'
import type { Command, CommandAnswer } from './command.ts'
import { type DeviceStatus, LiveDevice } from './device.ts'
import { Difference } from './difference.ts'
import type { Rollout } from './draft.ts'
import { Envelope } from './envelope.ts'
import { HeldJournal, RecordVerdict, SignedNote, TreeHash, VerifierKey } from './evidence.ts'
import { DeviceId } from './ids.ts'
import { Canvas, ManifestRefusal, Revision } from './manifest.ts'
import { LedgerSeal } from './seals.ts'
import { PublicKey, TrustedKey } from './signing-keys.ts'
import { EpochMs } from './units.ts'

/**
 * Both sides name it. A server takes players of this version and of the one before; a player speaks the
 * older one with a server that knows no newer.
 */
export const PROTOCOL_VERSION = 2
export const OLDEST_PROTOCOL_VERSION = PROTOCOL_VERSION - 1

export const PLAYER_NAMESPACE = '/player'
export const PANEL_NAMESPACE = '/panel'

// ── Enrolment (HTTP): a code, once, for an identity ────────────────────────────────────────────

export const EnrolRequest = z
  .strictObject({
    code: z.string().min(1).max(40),
    /** Proves the device on every connection. */
    deviceKey: PublicKey,
    /** Signs the journal, and nothing else. */
    journalKey: PublicKey,
    software: z.string().max(100),
  })
  .meta({ id: 'EnrolRequest' })
export type EnrolRequest = z.infer<typeof EnrolRequest>

export const EnrolAnswer = z
  .object({
    deviceId: DeviceId,
    name: z.string(),
    channels: z.array(Channel),
    canvas: Canvas.nullable(),
    /** The keys whose manifests this device will take, pinned from now on. */
    trustedKeys: z.array(TrustedKey).min(1),
    /** How often the keys had been changed by then. */
    keysVersion: z.int().nonnegative().default(0),
    /** Countersigns what the server has stored: records count as acknowledged under it alone. */
    ledgerKey: VerifierKey,
    /** The ledger's key signs welcomes and the time: what is not signed by it is not believed. */
    ledgerSeals: z.boolean().default(false),
  })
  .meta({ id: 'EnrolAnswer' })
export type EnrolAnswer = z.infer<typeof EnrolAnswer>

// ── Player and server (socket) ─────────────────────────────────────────────────────────────────

/** Server, first word on a connection. */
export const Challenge = z.object({ nonce: z.base64(), v: z.int() })
export type Challenge = z.infer<typeof Challenge>

/** Player, in answer: who it is, proved by a signature over HELLO_TYPE and the nonce. */
export const Hello = z.object({
  v: z.int(),
  deviceId: DeviceId,
  signature: z.base64(),
  software: z.string().max(100),
  appliedRevision: Revision.nullable(),
  /** The newest epoch of its journal. */
  epoch: z.int().nonnegative(),
  /** The last link of the chain of keys that it has followed. */
  keysVersion: z.int().nonnegative().default(0),
  /** Another one at every start of the player's process; version 1 names none. */
  instance: z.string().max(64).optional(),
})
export type Hello = z.infer<typeof Hello>

/** Server, in answer: taken or not; what of the journal it holds. Version 1 seals nothing. */
export const Welcome = z.discriminatedUnion('ok', [
  z.object({
    ok: z.literal(true),
    serverTime: EpochMs,
    journal: HeldJournal,
    seal: LedgerSeal.optional(),
  }),
  z.object({ ok: z.literal(false), code: z.string(), retryAfterMs: z.int().nullable() }),
])
export type Welcome = z.infer<typeof Welcome>

const desired = {
  revision: Revision,
  /** Links of the chain of keys that the device may not have followed yet, in order. */
  keys: z.array(Envelope).max(1_000).default([]),
}

/**
 * Server: the state that this device should be in. Only the last one counts. It is told whole, or by
 * its difference from the revision that the device said it holds; where that does not fit, the
 * device asks for `whole`.
 */
export const Desired = z.union([
  z.object({ ...desired, manifest: Envelope }),
  z.object({ ...desired, difference: Difference }),
])
export type Desired = z.infer<typeof Desired>

/** Player: it holds this revision, plans and trust on disk. */
export const Applied = z.object({ revision: Revision, at: EpochMs })
export type Applied = z.infer<typeof Applied>

export const Refused = z.object({ revision: Revision.nullable(), refusal: ManifestRefusal })
export type Refused = z.infer<typeof Refused>

/** Player: a run of records as the bytes they were written in, and its checkpoint over their end. */
export const RecordBatch = z
  .object({
    epoch: z.int().nonnegative(),
    from: z.int().nonnegative(),
    /** A record is JSON, and JSON has no zero byte. */
    records: z
      .array(
        z
          .string()
          .max(16_000)
          .regex(/^[^\0]*$/),
      )
      .min(1)
      .max(500),
    /** Right edge of the tree over the first `from` records: with it the batch proves its own root. */
    edge: z.array(TreeHash).max(53),
    /** Over the first `from + records.length` records of the epoch, signed by the journal key. */
    checkpoint: SignedNote,
  })
  .meta({ id: 'RecordBatch' })
export type RecordBatch = z.infer<typeof RecordBatch>

/** Server: what it holds by now, committed and on disk, and what became of each record sent. */
export const RecordAck = HeldJournal.extend({ verdicts: z.array(RecordVerdict) }).meta({
  id: 'RecordAck',
})
export type RecordAck = z.infer<typeof RecordAck>

export type PlayerToServer = {
  hello: (hello: Hello, answer: (welcome: Welcome) => void) => void
  /** Version 1 sends the answer's callback alone. */
  clock: (request: NonNullable<ClockRequest>, answer: (clock: ClockAnswer) => void) => void
  applied: (applied: Applied) => void
  refused: (refused: Refused) => void
  /** The difference did not fit: send the manifest as it is. */
  whole: () => void
  status: (status: DeviceStatus) => void
  records: (batch: RecordBatch, answer: (ack: RecordAck | { code: string }) => void) => void
}
export type ServerToPlayer = {
  challenge: (challenge: Challenge) => void
  desired: (desired: Desired) => void
  command: (command: Command, answer: (outcome: CommandAnswer) => void) => void
}

// ── Server to panel (socket): what changed, for those who may see it ───────────────────────────

export const LiveUpdate = z.object({ devices: z.array(LiveDevice) })
export type LiveUpdate = z.infer<typeof LiveUpdate>

export type ServerToPanel = {
  live: (update: LiveUpdate) => void
  /** Assets changed, somewhere: ask again for those that one may see. */
  assets: () => void
  /** The draft was edited, or a publication was made: ask again. */
  programme: (change: { what: 'draft' | 'publication' }) => void
  /** How far the last publication has come, as far as one may see its devices. */
  rollout: (rollout: Rollout) => void
  /** Records arrived, from any device. */
  plays: () => void
  /** Planned was set against delivered, for any device. */
  stated: () => void
  /** A report of this user has moved on. */
  reports: () => void
}
