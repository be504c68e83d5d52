import { z } from 'zod'
import { Channel } from './channel.ts'
import { AreaId, AssetId, PlaylistId } from './ids.ts'
import { DurationMs } from './units.ts'

/** How long a picture or a bulletin stands where nobody said otherwise. */
export const DEFAULT_SLIDE_MS = 10_000

export const PlaylistItem = z
  .object({
    assetId: AssetId,
    /** How long a still slide stands; clips and videos last as long as they last. */
    durationMs: DurationMs.min(1_000).max(3_600_000).nullable(),
  })
  .meta({ id: 'PlaylistItem' })
export type PlaylistItem = z.infer<typeof PlaylistItem>

const body = {
  name: z.string().trim().min(1).max(200),
  areaId: AreaId,
  channel: Channel,
  items: z.array(PlaylistItem).max(2_000),
}

export const PlaylistInput = z.strictObject(body).meta({ id: 'PlaylistInput' })
export type PlaylistInput = z.infer<typeof PlaylistInput>

export const Playlist = z.object({ id: PlaylistId, ...body }).meta({ id: 'Playlist' })
export type Playlist = z.infer<typeof Playlist>
