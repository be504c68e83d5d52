import { z } from 'zod'
import { Channel } from './channel.ts'
import { AreaId, AssetId, PlaylistId } from './ids.ts'
import { lineOf } from './text.ts'
import { DurationMs, Version } from './units.ts'

/** How long a picture or a bulletin stands where nobody said otherwise. */
export const DEFAULT_SLIDE_MS = 10_000

const AssetItem = z.strictObject({
  kind: z.literal('asset'),
  assetId: AssetId,
  /** How long a still slide stands or a relay is taken; clips and videos last as long as they last. */
  durationMs: DurationMs.min(1_000).max(21_600_000).nullable(),
  /** Louder or softer than the loudness that all clips have. */
  gainDb: z.number().min(-20).max(14).default(0),
  /** The station's chime is played before it: it is an announcement. */
  chime: z.boolean().default(false),
})

/** Another playlist in this place: all of it, or as many items as the next turn takes. */
const NestedItem = z.strictObject({
  kind: z.literal('playlist'),
  playlistId: PlaylistId,
  /** That many items, going on each day where the day before left off; null: all of them. */
  take: z.int().min(1).max(1_000).nullable().default(null),
})

export const PlaylistItem = z
  .discriminatedUnion('kind', [AssetItem, NestedItem])
  .meta({ id: 'PlaylistItem' })
export type PlaylistItem = z.infer<typeof PlaylistItem>

const body = {
  name: lineOf(200),
  areaId: AreaId,
  channel: Channel,
  items: z.array(PlaylistItem).max(2_000),
  /** Another order each day: the same on every device, and the same whenever it is compiled. */
  shuffle: z.boolean().default(false),
}

export const PlaylistInput = z.strictObject(body).meta({ id: 'PlaylistInput' })
export type PlaylistInput = z.infer<typeof PlaylistInput>
/** As it is sent: what has a default may be left out. */
export type NewPlaylist = z.input<typeof PlaylistInput>

/** An edit names the version that it was made from. */
export const PlaylistEdit = z
  .strictObject({ version: Version, ...body })
  .meta({ id: 'PlaylistEdit' })
export type PlaylistEdit = z.infer<typeof PlaylistEdit>

export const Playlist = z
  .object({ id: PlaylistId, version: Version, ...body })
  .meta({ id: 'Playlist' })
export type Playlist = z.infer<typeof Playlist>
