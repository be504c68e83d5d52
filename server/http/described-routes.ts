import { type OpenAPIHono, z } from '@hono/zod-openapi'
import type { MiddlewareHandler } from 'hono'
import { AppError, fieldProblem } from '#protocol'
import type { Env } from './env.ts'

type Described = { pattern: RegExp; methods: Map<string, ReadonlySet<string>> }

/** The addresses of the API, with the query parameters of each method, as the API is described. */
const addressesOf = ({ openAPIRegistry }: OpenAPIHono<Env>): Described[] => {
  const found = new Map<string, Described>()
  for (const definition of openAPIRegistry.definitions) {
    if (definition.type !== 'route') continue
    const { path, method, request } = definition.route
    const source = path.replaceAll('.', '\\.').replace(/\{\w+\}/g, '[^/]+')
    const address = found.get(path) ?? { pattern: new RegExp(`^${source}$`), methods: new Map() }
    const names = request?.query instanceof z.ZodObject ? Object.keys(request.query.shape) : []
    address.methods.set(method.toUpperCase(), new Set(names))
    found.set(path, address)
  }
  // Of two addresses that fit, the one with fewer parameters is meant.
  return [...found]
    .sort(([x], [y]) => x.split('{').length - y.split('{').length)
    .map(([, one]) => one)
}

/**
 * Refuses a method that an address of the API does not have, and query parameters that it does not know:
 * a filter that is written wrong would otherwise answer with everything.
 * @throws AppError method-not-allowed, bad-input
 */
export const refuseUndescribed = (app: OpenAPIHono<Env>): MiddlewareHandler<Env> => {
  let addresses: Described[] | undefined
  return async (c, next) => {
    addresses ??= addressesOf(app)
    const { path } = c.req
    const found = addresses.filter(({ pattern }) => pattern.test(path))
    const method = c.req.method === 'HEAD' ? 'GET' : c.req.method
    const known = found.find(({ methods }) => methods.has(method))?.methods.get(method)
    if (found.length > 0 && !known) {
      const allowed = [...new Set(found.flatMap(({ methods }) => [...methods.keys()]))].sort()
      c.header('allow', allowed.join(', '))
      throw new AppError('method-not-allowed', {
        method: c.req.method,
        allowed: allowed.join(', '),
      })
    }
    const unknown = known ? Object.keys(c.req.query()).filter((name) => !known.has(name)) : []
    if (unknown.length > 0) {
      const message = fieldProblem('parameter-unknown')
      throw new AppError('bad-input', {}, { fields: unknown.map((field) => ({ field, message })) })
    }
    await next()
  }
}
