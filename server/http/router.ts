import { OpenAPIHono } from '@hono/zod-openapi'
import type { z } from 'zod'
import { AppError, Problem } from '#protocol'
import type { Env } from './env.ts'

/** A router whose routes are checked by their schemas, and that says which fields are wrong. */
export const createRouter = (): OpenAPIHono<Env> =>
  new OpenAPIHono<Env>({
    defaultHook: (result) => {
      if (result.success) return undefined
      throw new AppError('bad-input', {}, { cause: result.error })
    },
  })

/** A JSON answer, for the description of a route. */
export const json = <T extends z.ZodType>(schema: T, description: string) => ({
  content: { 'application/json': { schema } },
  description,
})

/** A JSON body that must be there. */
export const body = <T extends z.ZodType>(schema: T) => ({
  content: { 'application/json': { schema } },
  required: true,
})

const problem = (description: string) => ({
  content: { 'application/problem+json': { schema: Problem } },
  description,
})

/** The refusals that any route may answer with. */
export const refusals = {
  400: problem('Something in the request is not right; `fields` says what'),
  401: problem('Not signed in'),
  403: problem('Not allowed here'),
  404: problem('No such thing'),
  409: problem('It cannot be done in the present state'),
  413: problem('More than may be sent in one request'),
  500: problem('A fault of the server; its log has it under `requestId`'),
  503: problem('The server is busy; try again later'),
  507: problem('The disk of the server is full'),
} as const

const RARER = {
  410: problem('It was there and is gone'),
  415: problem('A kind of file that is not taken'),
  422: problem('It is well-formed, but nothing can be made of it'),
  429: problem('Too many tries; `Retry-After` says for how many seconds to wait'),
  502: problem('The device answered with what it should not'),
  504: problem('The device did not answer in time'),
} as const

/** The refusals of a route that has more of them than all have. */
export const refusalsAnd = <Status extends keyof typeof RARER>(...statuses: Status[]) => ({
  ...refusals,
  ...(Object.fromEntries(statuses.map((status) => [status, RARER[status]])) as Pick<
    typeof RARER,
    Status
  >),
})
