import { Ajv2020 } from 'ajv/dist/2020.js'

/** The description of the API, as far as answers are held against it. */
export type ApiDocument = {
  openapi: string
  paths: Record<string, Record<string, Operation>>
  components: { schemas: Record<string, Record<string, unknown>> }
}
export type Operation = {
  summary?: string
  security?: unknown[]
  parameters?: { name: string; in: string; required?: boolean; schema: Record<string, unknown> }[]
  requestBody?: { content: Record<string, { schema: Record<string, unknown> }> }
  responses: Record<string, { content?: Record<string, unknown> }>
}

type Answer = { method: string; path: string; status: number; type: string | null; json: unknown }

/** Pages, files and the description itself are no answers of the API. */
const isDescribed = (path: string): boolean =>
  (path.startsWith('/api/') || path === '/healthz') && !/^\/api\/(docs|openapi)/.test(path)
/** Every address answers so that does not exist, or is used in a way that does not. */
const ANYWHERE = [401, 404, 405]

const pointerOf = (...steps: string[]): string =>
  steps
    .map((step) => `/${encodeURIComponent(step.replaceAll('~', '~0').replaceAll('/', '~1'))}`)
    .join('')

/** Holds answers against the description of the API. */
export const createContract = (document: ApiDocument) => {
  const ajv = new Ajv2020({ strict: false, validateFormats: false })
  ajv.addSchema(document, 'api')
  // Of two addresses that fit, the one with fewer parameters is meant.
  const addresses = Object.keys(document.paths)
    .map((name) => ({ name, pattern: new RegExp(`^${name.replace(/\{\w+\}/g, '[^/]+')}$`) }))
    .sort((a, b) => a.name.split('{').length - b.name.split('{').length)

  const addressOf = (path: string, method: string): string | undefined =>
    addresses.find(({ name, pattern }) => pattern.test(path) && document.paths[name]?.[method])
      ?.name

  return {
    /** What is wrong with an answer by the description; undefined where nothing is. */
    problemOf({ method, path: address, status, type, json }: Answer): string | undefined {
      const path = address.split('?')[0] ?? ''
      if (!isDescribed(path)) return undefined
      const verb = method.toLowerCase() === 'head' ? 'get' : method.toLowerCase()
      const name = addressOf(path, verb)
      if (name === undefined)
        return ANYWHERE.includes(status) ? undefined : `${method} ${path} is not described`
      const told = `${method} ${name} answers ${status}`
      const response = document.paths[name]?.[verb]?.responses[String(status)]
      if (!response) return `${told}, which is not described`
      const kind = type?.split(';')[0] ?? ''
      if (!response.content) return json === undefined ? undefined : `${told} with content`
      if (!(kind in response.content)) return `${told} as ${kind}, which is not described`
      if (json === undefined) return undefined
      const pointer = pointerOf(
        ...['paths', name, verb, 'responses', String(status), 'content', kind, 'schema'],
      )
      const isValid = ajv.getSchema(`api#${pointer}`)
      if (!isValid) throw new Error(`${told}: no schema at ${pointer}`)
      return isValid(json) ? undefined : `${told}: ${ajv.errorsText(isValid.errors)}`
    },
  }
}

export type Contract = ReturnType<typeof createContract>

let contract: Promise<Contract> | undefined

/** The contract of this program's API: the same for every server that a test starts. */
export const contractOf = (url: string): Promise<Contract> => {
  contract ??= fetch(`${url}/api/openapi.json`)
    .then((answer) => answer.json() as Promise<ApiDocument>)
    .then(createContract)
  return contract
}
