import { OpenAPIHono } from '@hono/zod-openapi'
import type { z } from 'zod'
import { AppError, Problem } from '#protocol'
import type { Env } from './env.ts'
import { issueText } from './issue-text.ts'

/** A router whose routes are checked by their schemas, and that says which fields are wrong. */
export const createRouter = (): OpenAPIHono<Env> =>
  new OpenAPIHono<Env>({
    defaultHook: (result, c) => {
      if (result.success) return undefined
      const lang = c.get('lang')
      const fields = result.error.issues.map((issue) => ({
        field: [...issue.path, ...(issue.code === 'unrecognized_keys' ? issue.keys : [])].join('.'),
        message: issueText(issue, lang),
      }))
      throw new AppError('bad-input', {}, { fields })
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
} as const
