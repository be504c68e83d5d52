import { queryOptions, useQuery } from '@tanstack/react-query'
import type { Area, Asset, LiveDevice, Playlist, Schedule } from '#protocol'
import { api, queries } from '../server.ts'

const PROGRAMME_KEYS = [
  'timeline',
  'schedules',
  'playlists',
  'draft',
  'impact',
  'campaigns',
  'coverage',
  'policy',
  'publications',
]

/** Everything of the draft that a page may show is asked for again. */
export const programmeChanged = (): Promise<unknown> =>
  Promise.all(PROGRAMME_KEYS.map((key) => queries.invalidateQueries({ queryKey: [key] })))

export const useSchedules = () =>
  useQuery<Schedule[]>({ queryKey: ['schedules'], queryFn: api.schedules })

/** The schedules as this page last saw them. */
export const schedulesSeen = (): readonly Schedule[] =>
  queries.getQueryData<Schedule[]>(['schedules']) ?? []

export const usePlaylists = () =>
  useQuery<Playlist[]>({ queryKey: ['playlists'], queryFn: api.playlists })

/** Every asset of the library: playlists name them by id. */
export const useAssets = () =>
  useQuery<Asset[]>({ queryKey: ['assets', 'all'], queryFn: api.allAssets, staleTime: 60_000 })

/** The areas in one's charge, the topmost first. */
export const areasQuery = queryOptions<Area[]>({
  queryKey: ['areas'],
  queryFn: api.areas,
  staleTime: 600_000,
})

export const useAreas = () => useQuery(areasQuery)

export const useDevices = () =>
  useQuery<LiveDevice[]>({ queryKey: ['devices'], queryFn: api.devices })
