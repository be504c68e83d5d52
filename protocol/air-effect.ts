import { z } from 'zod'
import { AreaId, AssetId, PlaylistId, ScheduleId } from './ids.ts'
import { EpochMs, TimeZone } from './units.ts'

/**
 * What a verdict on an asset changes on air, before it is given. It takes effect at once: nothing else
 * has to be published. Names are those that the reader may see; `devices` counts all.
 */
export const AirEffect = z
  .object({
    /** Devices on which something else is heard or shown than before. */
    devices: z.int().nonnegative(),
    /** The first instant of that; null where nothing changes in the days that devices hold. */
    firstAt: EpochMs.nullable(),
    areas: z.array(
      z.object({
        areaId: AreaId,
        path: z.array(z.string()),
        timeZone: TimeZone,
        devices: z.int().positive(),
        firstAt: EpochMs,
      }),
    ),
    /** Published playlists that hold it, themselves or in a playlist of theirs. */
    playlists: z.array(z.object({ id: PlaylistId, name: z.string() })),
    /** Published schedules that play them, with the next time of it in the coming 7 days. */
    schedules: z.array(
      z.object({
        id: ScheduleId,
        name: z.string(),
        nextAt: EpochMs.nullable(),
        timeZone: TimeZone,
      }),
    ),
    /** Areas whose station has it as a tune, a call or a chime. */
    stations: z.array(z.object({ areaId: AreaId, name: z.string() })),
    /** Relays that it stands in for. */
    relays: z.array(z.object({ id: AssetId, title: z.string() })),
    /** The reader uploaded or last edited it: somebody else has to approve it. */
    ownWork: z.boolean(),
  })
  .meta({ id: 'AirEffect' })
export type AirEffect = z.infer<typeof AirEffect>
