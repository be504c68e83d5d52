import { compileDay, createCompiler, type Place, type Programme } from '#playlists'
import {
  type Asset,
  type Campaign,
  type DayPlan,
  NO_POLICY,
  type Playlist,
  type Policy,
  type Schedule,
  type Station,
} from '#protocol'

/** The law's inputs as its tests need them. */

export const ZONE = 'Asia/Ho_Chi_Minh'
export const MINUTE_MS = 60_000
/** A Tuesday. */
export const DATE = '2024-11-12'

export type World = {
  assets: readonly Asset[]
  playlists: readonly Playlist[]
  campaigns?: readonly Campaign[]
  relayHosts?: readonly string[]
}

export const programmeOf = ({
  assets,
  playlists,
  campaigns = [],
  relayHosts = [],
}: World): Programme => ({
  assets: new Map(assets.map((asset) => [asset.id, asset])),
  playlists: new Map(playlists.map((playlist) => [playlist.id, playlist])),
  campaigns,
  relayHosts,
})

export const placeOf = (policy: Partial<Policy> = {}, change: Partial<Place> = {}): Place => ({
  timeZone: ZONE,
  channel: 'audio',
  policy: { ...NO_POLICY, ...policy },
  ...change,
})

export const compilerOf = (world: World, first = DATE, last = DATE) =>
  createCompiler(programmeOf(world), first, last)

export const planOf = (
  world: World,
  schedules: readonly Schedule[],
  place: Place = placeOf(),
  date = DATE,
): DayPlan => compileDay(schedules, programmeOf(world), { ...place, date })

/** Segments as [from, to] in minutes of the day. */
export const minutesOf = ({ segments }: Pick<DayPlan, 'segments'>): number[][] =>
  segments.map(({ from, to }) => [from / MINUTE_MS, to / MINUTE_MS])

/** A wall time as minutes of the day. */
export const at = (time: string): number => {
  const [hours = 0, minutes = 0] = time.split(':').map(Number)
  return hours * 60 + minutes
}

export const reasonsOf = ({ withheld }: Pick<DayPlan, 'withheld'>): string[] =>
  withheld.map(({ reason }) => reason)

export const EVERY_DAY = [1, 2, 3, 4, 5, 6, 7]

export const NO_STATION: Station = { signature: null, call: null, chime: null, closing: null }
