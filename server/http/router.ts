import { OpenAPIHono } from '@hono/zod-openapi'
import { z } from 'zod'
import { AppError, FIELD_PROBLEMS, isFieldProblem, type Lang, Problem } from '#protocol'
import type { Env } from './env.ts'

type Issue = z.core.$ZodIssue

const WORDS = { vi: z.locales.vi(), en: z.locales.en() }

const issueText = (issue: Issue, lang: Lang): string => {
  if (isFieldProblem(issue.message)) return FIELD_PROBLEMS[issue.message][lang]
  const words = WORDS[lang].localeError(issue as z.core.$ZodRawIssue)
  return (typeof words === 'string' ? words : words?.message) ?? issue.message
}

/** A router whose routes are checked by their schemas, and that says which fields are wrong. */
export const createRouter = (): OpenAPIHono<Env> =>
  new OpenAPIHono<Env>({
    defaultHook: (result, c) => {
      if (result.success) return undefined
      const lang = c.get('lang')
      const fields = result.error.issues.map((issue) => ({
        field: issue.path.join('.'),
        message: issueText(issue as Issue, lang),
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
