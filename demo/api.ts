import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import {
  AppError,
  Area,
  type AreaId,
  AreaPolicy,
  type AreaTree,
  Asset,
  Campaign,
  Device,
  type DeviceId,
  type DeviceInput,
  EnrolmentCode,
  Impact,
  LiveDevice,
  type NewCampaign,
  type NewPlaylist,
  type NewSchedule,
  PlayLogEntry,
  Playlist,
  type Policy,
  Problem,
  Publication,
  pageOf,
  Schedule,
  type ThemeId,
} from '#protocol'
import { lang } from './config.ts'

/** The server as the demo's operator uses it: over HTTP, like everybody. */
export const createApi = (server: string) => {
  let cookie = ''

  const request = async (
    method: string,
    path: string,
    body?: unknown,
    type = 'application/json',
  ) => {
    const response = await fetch(new URL(path, server), {
      method,
      headers: {
        cookie,
        'accept-language': lang,
        ...(body !== undefined && { 'content-type': type }),
      },
      ...(body !== undefined && {
        body:
          type === 'application/json' ? JSON.stringify(body) : (body as Uint8Array<ArrayBuffer>),
      }),
    })
    if (response.ok) return response
    const problem = Problem.safeParse(await response.json().catch(() => undefined)).data
    if (!problem) throw new Error(`${method} ${path}: HTTP ${response.status}`)
    const fields = problem.fields.map(({ field, message }) => `${field}: ${message}`).join('; ')
    throw new AppError(problem.code, {}, { cause: `${method} ${path}: ${problem.title} ${fields}` })
  }

  const call = async <T>(schema: z.ZodType<T>, method: string, path: string, body?: unknown) =>
    schema.parse(await (await request(method, path, body)).json())

  return {
    async signIn(username: string, password: string) {
      const response = await request('POST', '/api/session', { username, password })
      cookie = response.headers
        .getSetCookie()
        .map((text) => text.split(';')[0])
        .join('; ')
    },
    importAreas: (tree: AreaTree, timeZone: string, validFrom: string) =>
      call(Area, 'POST', '/api/areas', { tree, parentId: null, timeZone, validFrom }),
    areas: () => call(z.array(Area), 'GET', '/api/areas'),
    addCampaign: (campaign: NewCampaign) => call(Campaign, 'POST', '/api/campaigns', campaign),
    addDevice: (device: DeviceInput) => call(Device, 'POST', '/api/devices', device),
    enrolmentCode: (id: DeviceId) =>
      call(EnrolmentCode, 'POST', `/api/devices/${id}/enrolment-codes`),
    devices: () => call(z.array(LiveDevice), 'GET', '/api/devices'),
    screenshot: (id: DeviceId) =>
      call(z.object({ sha256: z.string() }), 'POST', `/api/devices/${id}/screenshots`),
    media: async (sha256: string) => (await request('GET', `/media/${sha256}`)).arrayBuffer(),

    async upload(
      path: string,
      about: { name: string; title: string; areaId: AreaId; themeIds: ThemeId[] },
    ) {
      const query = new URLSearchParams({ ...about, themeIds: about.themeIds.join(',') })
      const bytes = new Uint8Array(await readFile(path))
      const response = await request(
        'POST',
        `/api/assets?${query}`,
        bytes,
        'application/octet-stream',
      )
      return Asset.parse(await response.json())
    },
    asset: (id: string) => call(Asset, 'GET', `/api/assets/${id}`),
    approve: (asset: Asset) =>
      call(Asset, 'POST', `/api/assets/${asset.id}/verdict`, {
        state: 'approved',
        sha256: asset.rendition?.sha256,
        version: asset.version,
        note: null,
      }),

    setPolicy: (areaId: AreaId, policy: Policy) =>
      call(AreaPolicy, 'PUT', `/api/areas/${areaId}/policy`, policy),
    addPlaylist: (playlist: NewPlaylist) => call(Playlist, 'POST', '/api/playlists', playlist),
    addSchedule: (schedule: NewSchedule) => call(Schedule, 'POST', '/api/schedules', schedule),
    async publish() {
      const { draft, statements } = await call(Impact, 'GET', '/api/draft/impact')
      const confirmed = statements.map(({ id }) => id)
      return call(Publication, 'POST', '/api/publications', { draft, confirmed })
    },

    plays: (limit: number) =>
      call(pageOf(PlayLogEntry), 'GET', `/api/plays?limit=${limit}`).then(({ items }) => items),
    playsCsv: async () => (await request('GET', `/api/plays.csv?lang=${lang}`)).text(),
  }
}

export type Api = ReturnType<typeof createApi>
