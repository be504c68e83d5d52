import { z } from 'zod'

/** Identities are UUIDv7: minted anywhere without asking anybody, and sorted by the time of birth. */
const id = <const Noun extends string>(noun: Noun) =>
  z
    .uuid()
    .brand<Noun>()
    .meta({ description: `${noun} id` })

export const AreaId = id('Area')
export type AreaId = z.infer<typeof AreaId>
export const DeviceId = id('Device')
export type DeviceId = z.infer<typeof DeviceId>
export const CampaignId = id('Campaign')
export type CampaignId = z.infer<typeof CampaignId>
export const ThemeId = id('Theme')
export type ThemeId = z.infer<typeof ThemeId>
export const AssetId = id('Asset')
export type AssetId = z.infer<typeof AssetId>
export const PlaylistId = id('Playlist')
export type PlaylistId = z.infer<typeof PlaylistId>
export const ScheduleId = id('Schedule')
export type ScheduleId = z.infer<typeof ScheduleId>

/** Names bytes by their content: lower-case hexadecimal SHA-256. */
export const Sha256 = z
  .string()
  .regex(/^[0-9a-f]{64}$/)
  .brand<'Sha256'>()
  .meta({ description: 'SHA-256 in lower-case hexadecimal' })
export type Sha256 = z.infer<typeof Sha256>
