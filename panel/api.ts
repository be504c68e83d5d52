import { z } from 'zod'
import {
  Area,
  Asset,
  type AssetFilter,
  type AssetId,
  type AssetPatch,
  Campaign,
  type DeviceId,
  type ErrorCode,
  type FieldProblem,
  type Lang,
  LiveDevice,
  type PlayFilter,
  PlayLogEntry,
  Problem,
  pageOf,
  Sha256,
  SignedIn,
  type Verdict,
} from '#protocol'

import { evidenceApi } from './evidence-api.ts'

type Fetch = (path: string, init?: RequestInit) => Response | Promise<Response>

/** Something that the server refused or that never reached it, in words for the user. */
export class Refusal extends Error {
  readonly code: ErrorCode | 'offline' | 'unreadable'
  readonly fields: readonly FieldProblem[]

  constructor(code: Refusal['code'], message: string, fields: readonly FieldProblem[] = []) {
    super(message)
    this.code = code
    this.fields = fields
  }
}

const AssetPage = pageOf(Asset)
const PlayPage = pageOf(PlayLogEntry)

/** Only what is set, as a query string. */
export const queryString = (
  values: Readonly<Record<string, string | number | undefined>>,
): string => {
  const set = Object.entries(values).filter(([, value]) => value !== undefined && value !== '')
  const query = new URLSearchParams(set.map(([name, value]) => [name, String(value)])).toString()
  return query && `?${query}`
}

/** The server as the panel sees it. Every answer is checked against the shared schema. */
export const createApi = (fetch: Fetch, lang: () => Lang) => {
  const send = async (method: string, path: string, body?: unknown): Promise<Response> => {
    let response: Response
    try {
      response = await fetch(path, {
        method,
        headers: {
          'accept-language': lang(),
          ...(body !== undefined && { 'content-type': 'application/json' }),
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      })
    } catch {
      throw new Refusal('offline', '')
    }
    if (response.ok) return response
    const problem = Problem.safeParse(await response.json().catch(() => undefined)).data
    throw problem
      ? new Refusal(problem.code, problem.title, problem.fields)
      : new Refusal('unreadable', '')
  }

  const call = async <T>(
    schema: z.ZodType<T>,
    method: string,
    path: string,
    body?: unknown,
  ): Promise<T> => {
    const answer = schema.safeParse(await (await send(method, path, body)).json())
    if (!answer.success) throw new Refusal('unreadable', '')
    return answer.data
  }

  return {
    ...evidenceApi(call, queryString),

    whoAmI: () => call(SignedIn, 'GET', '/api/session'),
    signIn: (username: string, password: string) =>
      call(SignedIn, 'POST', '/api/session', { username, password }),
    signOut: async () => void (await send('DELETE', '/api/session')),

    areas: () => call(z.array(Area), 'GET', '/api/areas'),
    campaigns: () => call(z.array(Campaign), 'GET', '/api/campaigns'),

    devices: () => call(z.array(LiveDevice), 'GET', '/api/devices'),
    takeScreenshot: (id: DeviceId) =>
      call(z.object({ sha256: Sha256, at: z.int() }), 'POST', `/api/devices/${id}/screenshots`),

    assets: (filter: AssetFilter, cursor?: string) =>
      call(AssetPage, 'GET', `/api/assets${queryString({ ...filter, cursor, limit: 60 })}`),
    asset: (id: AssetId) => call(Asset, 'GET', `/api/assets/${id}`),
    editAsset: (id: AssetId, patch: AssetPatch) => call(Asset, 'PATCH', `/api/assets/${id}`, patch),
    judgeAsset: (id: AssetId, verdict: Verdict) =>
      call(Asset, 'POST', `/api/assets/${id}/verdict`, verdict),
    removeAsset: async (id: AssetId) => void (await send('DELETE', `/api/assets/${id}`)),

    plays: (filter: PlayFilter, cursor?: string) =>
      call(PlayPage, 'GET', `/api/plays${queryString({ ...filter, cursor, limit: 100 })}`),
  }
}
