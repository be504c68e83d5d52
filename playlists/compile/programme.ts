import type {
  Asset,
  AssetId,
  Campaign,
  Channel,
  Playlist,
  PlaylistId,
  Policy,
  TimeZone,
} from '#protocol'

/** Everything that decides what is on air. */
export type Programme = {
  playlists: ReadonlyMap<PlaylistId, Playlist>
  assets: ReadonlyMap<AssetId, Asset>
  campaigns: readonly Campaign[]
  /** Hosts that the administrator vouches for: relays may come from them. */
  relayHosts: readonly string[]
}

/** Where it is on air: what devices that hear the same have in common, and one of their channels. */
export type Place = {
  timeZone: TimeZone
  channel: Channel
  /** What holds in the area, everything inherited. */
  policy: Policy
}
