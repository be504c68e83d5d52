import { createHash } from 'node:crypto'
import type { Place, Programme } from '#playlists'
import {
  type AreaId,
  type Asset,
  type AssetId,
  type Campaign,
  type Channel,
  type DeviceId,
  type Playlist,
  type PlaylistId,
  type Policy,
  reachOf,
  type Schedule,
  type TimeZone,
} from '#protocol'
import type { Content } from '../store/content.ts'
import type { Known, KnownDevice } from './memory.ts'
import { createPolicies } from './policies.ts'

/** What devices of one audience have in common: they share their plans. */
export type Audience = {
  /** Names everything that decides what they hear, but the date. */
  key: string
  timeZone: TimeZone
  channels: readonly Channel[]
  schedules: readonly Schedule[]
  policy: Policy
}

const sha1 = (text: string): string => createHash('sha1').update(text).digest('base64url')

/** Things never change, they are replaced: what names one's content is worked out once. */
const digests = new WeakMap<object, string>()
const digestOf = <T extends object>(thing: T, heard: (thing: T) => unknown): string => {
  const known = digests.get(thing)
  if (known !== undefined) return known
  const digest = sha1(JSON.stringify(heard(thing)))
  digests.set(thing, digest)
  return digest
}

const unversioned = ({ version, ...heard }: Schedule | Playlist) => heard

const campaignDigest = (campaign: Campaign | undefined): string =>
  campaign ? digestOf(campaign, ({ name, phases, themes }) => [name, phases, themes]) : '-'

const assetDigest = (asset: Asset | undefined): string =>
  asset
    ? digestOf(
        asset,
        ({ version, thumbnail, ingest, original, createdAt, createdBy, editedBy, ...heard }) =>
          heard,
      )
    : '-'

const stationAssets = ({ station }: Policy): (AssetId | null)[] =>
  station ? [station.signature, station.call, station.chime, station.closing] : []

/** Who hears what, in one state of the content. */
export const createAudiences = (
  known: Pick<Known, 'areas' | 'assets' | 'relayHosts'>,
  content: Content,
) => {
  const playlists = new Map(content.playlists.map((playlist) => [playlist.id, playlist]))
  const { assets, relayHosts } = known
  const programme: Programme = { playlists, assets, campaigns: content.campaigns, relayHosts }
  const campaignOf = new Map<string, Campaign>(
    content.campaigns.flatMap((campaign) => campaign.themes.map(({ id }) => [id, campaign])),
  )
  const policyIn = createPolicies(known.areas, content)

  const assetPart = (id: AssetId): string => {
    const asset = known.assets.get(id)
    const campaigns = new Set(asset?.themeIds.map((themeId) => campaignOf.get(themeId)))
    // What stands in for a relay is no relay: this ends after one step.
    const standIn = asset?.relay?.fallbackAssetId
    const parts = [assetDigest(asset), ...[...campaigns].map(campaignDigest)]
    return [...parts, ...(standIn && standIn !== id ? [assetPart(standIn)] : [])].join()
  }

  const playlistParts = new Map<PlaylistId, string>()
  const playlistPart = (id: PlaylistId | null, path: readonly string[] = []): string => {
    if (id === null || path.includes(id)) return '-'
    const held = playlistParts.get(id)
    if (held !== undefined) return held
    const playlist: Playlist | undefined = playlists.get(id)
    if (!playlist) return '-'
    const inside = playlist.items.map((item) =>
      item.kind === 'asset'
        ? assetPart(item.assetId)
        : playlistPart(item.playlistId, [...path, id]),
    )
    const part = sha1([digestOf(playlist, unversioned), ...inside].join())
    playlistParts.set(id, part)
    return part
  }

  const scheduleParts = new Map<Schedule, string>()
  const schedulePart = (schedule: Schedule): string => {
    let part = scheduleParts.get(schedule)
    if (part === undefined) {
      const { playlistId, fillPlaylistId } = schedule
      const inside = [playlistPart(playlistId), playlistPart(fillPlaylistId)]
      part = sha1([digestOf(schedule, unversioned), ...inside].join())
      scheduleParts.set(schedule, part)
    }
    return part
  }

  const byArea = new Map<AreaId, Schedule[]>()
  /** Schedules that name a device, to be heard on it or not: only then its area does not decide. */
  const byDevice = new Map<DeviceId, Schedule[]>()
  for (const schedule of content.schedules) {
    const { areaIds, deviceIds, except } = schedule.audience
    for (const id of new Set(areaIds)) byArea.set(id, [...(byArea.get(id) ?? []), schedule])
    for (const id of new Set([...deviceIds, ...(except?.deviceIds ?? [])]))
      byDevice.set(id, [...(byDevice.get(id) ?? []), schedule])
  }

  const audienceOf = (
    { areaId, timeZone, channels }: Pick<KnownDevice, 'areaId' | 'timeZone' | 'channels'>,
    schedules: readonly Schedule[],
  ): Audience => {
    const policy = policyIn(areaId)
    const heard = schedules.filter(({ playlistId }) => {
      const playlist = playlists.get(playlistId)
      return playlist !== undefined && channels.includes(playlist.channel)
    })
    const station = stationAssets(policy).map((id) => (id ? assetPart(id) : '-'))
    const parts = [
      timeZone,
      ...channels,
      digestOf(policy, (laidDown) => laidDown),
      ...station,
      ...heard.map(schedulePart),
    ]
    return { key: sha1(parts.join()), timeZone, channels, schedules: heard, policy }
  }

  const inArea = new Map<AreaId, readonly Schedule[]>()
  const heardIn = (areaId: AreaId): readonly Schedule[] => {
    const held = inArea.get(areaId)
    if (held) return held
    const above = known.areas.get(areaId)?.ids ?? [areaId]
    const heard = [...new Set(above.flatMap((id) => byArea.get(id) ?? []))].filter(
      ({ audience: { except } }) => !except?.areaIds.some((id) => above.includes(id)),
    )
    heard.sort((a, b) => (a.id < b.id ? -1 : 1))
    inArea.set(areaId, heard)
    return heard
  }

  const shared = new Map<string, Audience>()
  return {
    programme,
    policyIn,

    /** Which schedules a device hears, and by what law. */
    of(device: KnownDevice): Audience {
      const own = byDevice.get(device.id)
      const schedules = heardIn(device.areaId)
      if (own) {
        const all = [...new Set([...schedules, ...own])]
          .filter((schedule) => reachOf(schedule.audience)(device))
          .sort((a, b) => (a.id < b.id ? -1 : 1))
        return audienceOf(device, all)
      }
      const place = `${device.areaId} ${device.channels.join()}`
      const audience = shared.get(place) ?? audienceOf(device, schedules)
      shared.set(place, audience)
      return audience
    },

    /** What every loudspeaker of an area hears, whichever devices are in it. */
    inArea: (areaId: AreaId, timeZone: TimeZone): Audience =>
      audienceOf({ areaId, timeZone, channels: ['audio'] }, heardIn(areaId)),

    /** The devices that a schedule reaches. */
    reached: (schedule: Pick<Schedule, 'audience'>, devices: Iterable<KnownDevice>) =>
      [...devices].filter(reachOf(schedule.audience)),
  }
}

/** Where an audience hears one of its channels. */
export const placeOf = ({ timeZone, policy }: Audience, channel: Channel): Place => ({
  timeZone,
  policy,
  channel,
})

export type Audiences = ReturnType<typeof createAudiences>
