import type { z } from 'zod'
import { type ErrorCode, type FieldProblem, type Lang, Problem } from '#protocol'

type Fetch = (path: string, init?: RequestInit) => Response | Promise<Response>

/** Something that the server refused or that never reached it, in words for the user. */
export class Refusal extends Error {
  readonly code: ErrorCode | 'offline' | 'unreadable'
  readonly fields: readonly FieldProblem[]
  /** The answer as it came: some refusals carry what stands in the way. */
  readonly details: unknown

  constructor(
    code: Refusal['code'],
    message: string,
    fields: readonly FieldProblem[] = [],
    details: unknown = undefined,
  ) {
    super(message)
    this.code = code
    this.fields = fields
    this.details = details
  }
}

/** Only what is set, as a query string. */
export const queryString = (
  values: Readonly<Record<string, string | number | undefined>>,
): string => {
  const set = Object.entries(values).filter(([, value]) => value !== undefined && value !== '')
  const pairs = set.map(([name, value]): [string, string] => [name, String(value)])
  const query = new URLSearchParams(pairs).toString()
  return query && `?${query}`
}

/** Requests whose answers are checked against the shared schema. */
export const createTransport = (fetch: Fetch, lang: () => Lang) => {
  const raw = async (path: string, init: RequestInit): Promise<Response> => {
    let response: Response
    try {
      response = await fetch(path, {
        ...init,
        headers: { 'accept-language': lang(), ...init.headers },
      })
    } catch {
      throw new Refusal('offline', '')
    }
    if (response.ok) return response
    const details: unknown = await response.json().catch(() => undefined)
    const problem = Problem.safeParse(details).data
    throw problem
      ? new Refusal(problem.code, problem.title, problem.fields, details)
      : new Refusal('unreadable', '')
  }

  const send = (method: string, path: string, body?: unknown): Promise<Response> =>
    raw(path, {
      method,
      ...(body !== undefined && {
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      }),
    })

  const read = async <T>(schema: z.ZodType<T>, response: Response): Promise<T> => {
    const answer = schema.safeParse(await response.json())
    if (!answer.success) throw new Refusal('unreadable', '')
    return answer.data
  }

  return {
    send,
    call: async <T>(schema: z.ZodType<T>, method: string, path: string, body?: unknown) =>
      read(schema, await send(method, path, body)),
    /** A file as it is. */
    upload: async <T>(schema: z.ZodType<T>, path: string, file: Blob) =>
      read(
        schema,
        await raw(path, {
          method: 'POST',
          headers: { 'content-type': 'application/octet-stream' },
          body: file,
        }),
      ),
  }
}

export type Transport = ReturnType<typeof createTransport>
