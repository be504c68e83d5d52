import { z } from 'zod'
import {
  AirEffect,
  Area,
  Asset,
  type AssetFilter,
  type AssetId,
  type AssetPatch,
  type DeviceId,
  LiveDevice,
  type PlayFilter,
  PlayLogPage,
  pageOf,
  Sha256,
  SignedIn,
  type Verdict,
  type Version,
} from '#protocol'
import { evidenceApi } from './evidence-api.ts'
import { programmeApi } from './programme-api.ts'
import { queryString, type Transport } from './transport.ts'

const AssetPage = pageOf(Asset)

/** The server as the panel sees it. Every answer is checked against the shared schema. */
export const createApi = (transport: Transport) => {
  const { send, call } = transport
  return {
    whoAmI: () => call(SignedIn, 'GET', '/api/session'),
    signIn: (username: string, password: string) =>
      call(SignedIn, 'POST', '/api/session', { username, password }),
    signOut: async () => void (await send('DELETE', '/api/session')),

    /** Which version the server is; the page in a browser may be older. */
    health: () => call(z.object({ version: z.string() }), 'GET', '/healthz'),

    areas: () => call(z.array(Area), 'GET', '/api/areas'),

    devices: () => call(z.array(LiveDevice), 'GET', '/api/devices'),
    takeScreenshot: (id: DeviceId) =>
      call(z.object({ sha256: Sha256, at: z.int() }), 'POST', `/api/devices/${id}/screenshots`),

    assets: (filter: AssetFilter, cursor?: string) =>
      call(AssetPage, 'GET', `/api/assets${queryString({ ...filter, cursor, limit: 60 })}`),
    allAssets: async (): Promise<Asset[]> => {
      const found: Asset[] = []
      for (let cursor: string | null | undefined; cursor !== null; ) {
        const page: z.infer<typeof AssetPage> = await call(
          AssetPage,
          'GET',
          `/api/assets${queryString({ cursor, limit: 500 })}`,
        )
        found.push(...page.items)
        cursor = page.next
      }
      return found
    },
    asset: (id: AssetId) => call(Asset, 'GET', `/api/assets/${id}`),
    editAsset: (id: AssetId, patch: AssetPatch) => call(Asset, 'PATCH', `/api/assets/${id}`, patch),
    judgeAsset: (id: AssetId, verdict: Verdict) =>
      call(Asset, 'POST', `/api/assets/${id}/verdict`, verdict),
    retryAsset: (id: AssetId) => call(Asset, 'POST', `/api/assets/${id}/ingest`),
    airEffect: (id: AssetId, verdict: 'approved' | 'withdrawn') =>
      call(AirEffect, 'GET', `/api/assets/${id}/air-effect${queryString({ verdict })}`),
    removeAsset: async (id: AssetId, version: Version) =>
      void (await send('DELETE', `/api/assets/${id}${queryString({ version })}`)),

    plays: (filter: PlayFilter, cursor?: string) =>
      call(PlayLogPage, 'GET', `/api/plays${queryString({ ...filter, cursor, limit: 100 })}`),

    ...programmeApi(transport),
    ...evidenceApi(transport),
  }
}
