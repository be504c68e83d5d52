import { z } from 'zod'
import type { Channel } from './channel.ts'
import { fieldProblem } from './field-problems.ts'
import { AreaId, AssetId, Sha256, ThemeId } from './ids.ts'
import { normalRelayAddress } from './relay-address.ts'
import { lineOf } from './text.ts'
import { type Dbfs, DurationMs, EpochMs, LocalDate, Lufs, Version } from './units.ts'

/**
 * clip: sound. relay: a stream that is taken over as it comes (a national or provincial station, a
 * studio's microphone). image, video, bulletin (a text written in Markdown): for a screen.
 */
export const AssetKind = z.enum(['clip', 'relay', 'image', 'video', 'bulletin'])
export type AssetKind = z.infer<typeof AssetKind>

export const channelOf = (kind: AssetKind): Channel =>
  kind === 'clip' || kind === 'relay' ? 'audio' : 'screen'

export const Language = z.enum(['vi', 'km', 'en'])
export type Language = z.infer<typeof Language>

/** The bytes that are broadcast: the only ones a device ever gets. */
export const Rendition = z
  .object({
    sha256: Sha256,
    mime: z.string(),
    bytes: z.int().positive(),
    /** Measured by decoding it whole; null where the asset stands still. */
    durationMs: DurationMs.nullable(),
    width: z.int().positive().nullable(),
    height: z.int().positive().nullable(),
    loudnessLufs: Lufs.nullable(),
    truePeakDbtp: z.number().nullable(),
  })
  .meta({ id: 'Rendition' })
export type Rendition = z.infer<typeof Rendition>

/** The steps from a file to something broadcastable, in their order. */
export const IngestStep = z.enum(['receive', 'inspect', 'convert', 'preview', 'done'])
export type IngestStep = z.infer<typeof IngestStep>

export const Ingest = z
  .object({
    step: IngestStep,
    /** Share of the step that is done, 0 to 1. */
    progress: z.number().min(0).max(1),
    /** Set where the step failed: a code of the error table, and what it was about. */
    failure: z.object({ code: z.string(), detail: z.string() }).nullable(),
  })
  .meta({ id: 'Ingest' })
export type Ingest = z.infer<typeof Ingest>

export const ApprovalState = z.enum(['draft', 'approved', 'rejected', 'withdrawn'])
export type ApprovalState = z.infer<typeof ApprovalState>

export const Asset = z
  .object({
    id: AssetId,
    /** Counts what people change: edits and verdicts. */
    version: Version,
    kind: AssetKind.nullable(),
    title: z.string(),
    language: Language,
    /** The programme strand (chuyên mục) and the sector (lĩnh vực) that it belongs to. */
    strand: z.string().nullable(),
    sector: z.string().nullable(),
    areaId: AreaId,
    themeIds: z.array(ThemeId),
    /** First and last day of validity; null is open. */
    validFrom: LocalDate.nullable(),
    validTo: LocalDate.nullable(),
    original: z.object({ name: z.string(), sha256: Sha256, bytes: z.int().positive() }),
    ingest: Ingest,
    rendition: Rendition.nullable(),
    /** Peaks of the waveform, 0 to 1, for drawing; null for pictures. */
    waveform: z.array(z.number()).nullable(),
    /** Of a relay: where the stream is, and what is played where it does not come; null for others. */
    relay: z.object({ url: z.string(), fallbackAssetId: AssetId.nullable() }).nullable(),
    /** A small picture of it. */
    thumbnail: Sha256.nullable(),
    approval: z.object({
      state: ApprovalState,
      by: z.string().nullable(),
      at: EpochMs.nullable(),
      /** The approval holds for exactly these bytes; an edit of anything else makes it void. */
      sha256: Sha256.nullable(),
      note: z.string().nullable(),
    }),
    createdAt: EpochMs,
    /** User names: who uploaded it, and who last edited it. */
    createdBy: z.string(),
    editedBy: z.string().nullable(),
  })
  .meta({ id: 'Asset' })
export type Asset = z.infer<typeof Asset>

/** What an editor may change. Changing any of it makes an approval void: it must be given again. */
export const AssetPatch = z
  .strictObject({
    title: lineOf(300),
    language: Language,
    strand: lineOf(100).nullable(),
    sector: lineOf(100).nullable(),
    themeIds: z.array(ThemeId).max(50),
    validFrom: LocalDate.nullable(),
    validTo: LocalDate.nullable(),
  })
  .partial()
  .extend({
    /** The version that the edit was made from. */
    version: Version,
  })
  .refine((patch) => !patch.validFrom || !patch.validTo || patch.validFrom <= patch.validTo, {
    path: ['validTo'],
    error: fieldProblem('ends-before-start'),
  })
  .meta({ id: 'AssetPatch' })
export type AssetPatch = z.infer<typeof AssetPatch>

/** A stream that is taken over as it comes. What is approved is its address. */
export const RelayInput = z
  .strictObject({
    title: lineOf(300),
    language: Language.default('vi'),
    areaId: AreaId,
    themeIds: z.array(ThemeId).max(50).default([]),
    /** Kept in its one spelling. Which hosts are taken is the server's setting. */
    url: z
      .string()
      .trim()
      .refine((text) => normalRelayAddress(text) !== undefined, {
        error: fieldProblem('relay-address'),
      })
      .overwrite((text) => normalRelayAddress(text) ?? text),
    /** An approved sound that is played where the stream does not come. */
    fallbackAssetId: AssetId.nullable().default(null),
  })
  .meta({ id: 'RelayInput' })
export type RelayInput = z.infer<typeof RelayInput>

/** A relay's approved bytes: its address as a list of one (RFC 2483). */
export const RELAY_MIME = 'text/uri-list'

/** Louder than this no stored clip is, and every stored clip is this loud (audio for horns outdoors). */
export const LOUDNESS_TARGET: Readonly<{ lufs: Lufs; toleranceLu: number; truePeakDbtp: Dbfs }> = {
  lufs: -16,
  toleranceLu: 1,
  truePeakDbtp: -1.5,
}

/** What the library can be narrowed to. */
export const AssetFilter = z.object({
  kind: AssetKind.optional(),
  state: ApprovalState.optional(),
  themeId: ThemeId.optional(),
  search: z.string().trim().max(200).optional(),
})
export type AssetFilter = z.infer<typeof AssetFilter>

/** A verdict on exactly what the approver read: the bytes, and the title, themes and validity of a version. */
export const Verdict = z
  .strictObject({
    state: z.enum(['approved', 'rejected', 'withdrawn']),
    sha256: Sha256,
    version: Version,
    note: z.string().trim().max(1_000).nullable(),
  })
  .meta({ id: 'Verdict' })
export type Verdict = z.infer<typeof Verdict>
