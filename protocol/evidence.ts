import { z } from 'zod'
import { DeviceId, Sha256 } from './ids.ts'
import { EpochMs, LocalDate } from './units.ts'

/** A note and the lines that sign it (C2SP signed-note). */
export const SignedNote = z
  .string()
  .min(1)
  .max(4_000)
  .meta({ description: 'C2SP signed note: text, empty line, signature lines' })
export type SignedNote = z.infer<typeof SignedNote>

/** Whom to believe: `name+id+base64(algorithm ‖ key)` (C2SP vkey). */
export const VerifierKey = z.string().max(300)
export type VerifierKey = z.infer<typeof VerifierKey>

/** Hash of a tree of RFC 6962. */
export const TreeHash = z.base64().length(44).meta({ description: 'SHA-256 in base64' })
export type TreeHash = z.infer<typeof TreeHash>

/**
 * What became of a record that was sent. stored: it is on disk now. duplicate: these very bytes were
 * stored before. fork: its number holds, or follows upon, other bytes; it was filed as an incident,
 * and what was stored stays. unreadable: stored as it came, and it is no record of this place.
 * early: records before it are missing; it was not taken.
 */
export const RecordVerdict = z.enum(['stored', 'duplicate', 'fork', 'unreadable', 'early'])
export type RecordVerdict = z.infer<typeof RecordVerdict>

/** What the server holds of one epoch of a journal, committed and on disk. */
export const HeldJournal = z.object({
  epoch: z.int().nonnegative(),
  /** Records [0, next) are stored. */
  next: z.int().nonnegative(),
  /** SHA-256 of the last of them. */
  head: Sha256,
  /** The device's own checkpoint over them, countersigned by the server; null where there are none. */
  note: SignedNote.nullable(),
})
export type HeldJournal = z.infer<typeof HeldJournal>

/** A contradiction within a journal, filed for good. */
export const Incident = z
  .object({
    deviceId: DeviceId,
    at: EpochMs,
    kind: z.enum(['fork', 'unreadable', 'chain-broken']),
    epoch: z.int(),
    seq: z.int(),
  })
  .meta({ id: 'Incident' })
export type Incident = z.infer<typeof Incident>

/** One root over all devices: what the ledger held when it was made. */
export const DayEvidence = z
  .object({
    date: LocalDate,
    /** Leaves of the tree: an epoch of a device's journal each, and each enrolled device at least once. */
    size: z.int(),
    root: TreeHash,
    /** Checkpoint of the day, signed by the server; it names the root of the day before. */
    note: SignedNote,
    /** Time stamp of the root by an authority (RFC 3161 TimeStampResp, DER in base64). */
    timestamp: z.base64().nullable(),
    madeAt: EpochMs,
    /** Short enough to be printed as a QR code: the date, the root's first bytes, where to ask. */
    qr: z.string(),
  })
  .meta({ id: 'DayEvidence' })
export type DayEvidence = z.infer<typeof DayEvidence>

/** What can be proved of a device. */
export const DeviceEvidence = z
  .object({
    deviceId: DeviceId,
    journals: z.array(
      z.object({
        epoch: z.int(),
        size: z.int(),
        root: TreeHash,
        /** SPKI in base64. */
        journalKey: z.string(),
        note: SignedNote,
        /** Records [0, archived) were moved to archives; their hashes are still here. */
        archived: z.int(),
        lastReceivedAt: EpochMs,
      }),
    ),
    incidents: z.array(Incident),
    ledgerKey: VerifierKey,
  })
  .meta({ id: 'DeviceEvidence' })
export type DeviceEvidence = z.infer<typeof DeviceEvidence>

/** All that is needed to check one record offline: record → device's root → root of a day. */
export const PlayProof = z
  .object({
    deviceId: DeviceId,
    epoch: z.int(),
    seq: z.int(),
    /** The record's bytes as the device wrote them. */
    record: z.string(),
    leafHash: TreeHash,
    /** Audit path in the device's tree of `size` leaves. */
    size: z.int(),
    root: TreeHash,
    path: z.array(TreeHash),
    /** The device's checkpoint over that tree, countersigned. */
    note: SignedNote,
    /** SPKI in base64. */
    journalKey: z.string(),
    ledgerKey: VerifierKey,
    /** Where the checkpoint lies in the first daily root that covers the record; null until the day is closed. */
    day: z
      .object({
        evidence: DayEvidence,
        leaf: z.string(),
        index: z.int(),
        path: z.array(TreeHash),
      })
      .nullable(),
  })
  .meta({ id: 'PlayProof' })
export type PlayProof = z.infer<typeof PlayProof>
