import { validate } from '@apidevtools/swagger-parser'
import { describe, expect, test } from 'vitest'
import packageJson from '../../package.json' with { type: 'json' }
import { type ApiDocument, createContract } from '../support/contract.ts'
import { person, startServer, withAreas } from '../support/server.ts'

const METHODS = ['get', 'post', 'put', 'patch', 'delete']

const description = async (url: string) =>
  (await person(url).get('/api/openapi.json')).json as unknown as ApiDocument

const operationsOf = (document: ApiDocument) =>
  Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  )

/** An address of a route; its parameters are such that the route is reached. */
const addressOf = (path: string): string =>
  path.replace(/\{(\w+)\}/g, (_, name: string) =>
    /epoch|seq|number/.test(name) ? '1' : '01890000-0000-7000-8000-000000000001',
  )

describe('the description of the API', () => {
  test('is valid by the schema of OpenAPI 3.1', async () => {
    const { url } = await startServer()
    const document = await description(url)
    expect(document.openapi).toBe('3.1.0')
    await validate(structuredClone(document) as never)
  })

  test('names every operation and what it may answer with', async () => {
    const { url } = await startServer()
    const operations = operationsOf(await description(url))
    expect(operations.length).toBeGreaterThan(60)
    for (const { path, method, operation } of operations) {
      const name = `${method} ${path}`
      expect(operation.summary, name).toBeTruthy()
      const statuses = Object.keys(operation.responses)
      expect(
        statuses.some((status) => status.startsWith('2')),
        name,
      ).toBe(true)
      // Whatever is asked for, a fault of the server is possible.
      if (path.startsWith('/api/')) expect(statuses, name).toContain('500')
      for (const { in: where, required } of operation.parameters ?? [])
        if (where === 'path') expect(required, name).toBe(true)
    }
  })

  test('no named shape is described as null: where it may be missing, that is said there', async () => {
    const { url } = await startServer()
    const { components } = await description(url)
    const nullable = Object.entries(components.schemas).filter(([, { type }]) =>
      Array.isArray(type),
    )
    expect(nullable.map(([name]) => name)).toEqual([])
  })

  test('marks exactly the routes that need no session', async () => {
    const { url } = await startServer()
    for (const { path, method, operation } of operationsOf(await description(url))) {
      const isOpen = operation.security?.length === 0
      const answer = await fetch(url + addressOf(path), {
        method: method.toUpperCase(),
        ...(method !== 'get' && {
          headers: { 'content-type': 'application/json' },
          body: '{}',
        }),
      })
      const { code } = (await answer.json().catch(() => ({}))) as { code?: string }
      await answer.body?.cancel().catch(() => {})
      expect(code === 'not-signed-in', `${method} ${path} answers ${answer.status}`).toBe(!isOpen)
    }
  })

  test('can be browsed without any other host', async () => {
    const { url } = await startServer()
    const page = await person(url).get('/api/docs')
    expect(page.text).not.toMatch(/https?:\/\//)
    for (const [, source] of page.text.matchAll(/(?:src|href)="([^"]+)"/g)) {
      expect((await fetch(url + source)).status, source).toBe(200)
    }
  })
})

describe('an answer that is not as described is noticed', async () => {
  const contractFor = async () => {
    const { url } = await startServer()
    const { admin } = await withAreas(url)
    const { json } = await admin.get('/api/areas')
    return { contract: createContract(await description(url)), areas: json as unknown[] }
  }
  const asked = { method: 'GET', path: '/api/areas', status: 200, type: 'application/json' }

  test('by its shape, its status, its kind of content and its address', async () => {
    const { contract, areas } = await contractFor()
    const problemOf = (change: object) => contract.problemOf({ ...asked, json: areas, ...change })
    expect(problemOf({})).toBeUndefined()
    expect(problemOf({ json: [{ ...(areas[0] as object), name: 5 }] })).toContain('name')
    expect(problemOf({ json: null })).toContain('must be array')
    expect(problemOf({ status: 418 })).toContain('not described')
    expect(problemOf({ type: 'text/html', json: undefined })).toContain('text/html')
    expect(problemOf({ path: '/api/nowhere' })).toContain('not described')
    expect(problemOf({ path: '/api/nowhere', status: 404 })).toBeUndefined()
    for (const method of METHODS)
      expect(problemOf({ method, path: '/api/areas/x/y/z' })).toContain('not described')
  })
})

test('the health of the server is that of its database', async () => {
  const { url, server } = await startServer()
  expect((await person(url).get('/healthz')).json).toEqual({
    status: 'ok',
    version: packageJson.version,
  })
  await server.close()
  await expect(fetch(`${url}/healthz`)).rejects.toThrow()
})
