import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import packageJson from '../../package.json' with { type: 'json' }
import { person, startServer } from '../support/server.ts'

type Operation = { summary?: string; responses: Record<string, unknown> }
type Document = { openapi: string; paths: Record<string, Record<string, Operation>> }

describe('the description of the API', () => {
  test('names every operation and what it may answer with', async () => {
    const { url } = await startServer()
    const document = (await person(url).get('/api/openapi.json')).json as unknown as Document
    expect(document.openapi).toBe('3.1.0')
    const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({
        name: `${method} ${path}`,
        operation,
      })),
    )
    expect(operations.length).toBeGreaterThan(25)
    for (const { name, operation } of operations) {
      expect(operation.summary, name).toBeTruthy()
      expect(
        Object.keys(operation.responses).some((status) => status.startsWith('2')),
        name,
      ).toBe(true)
    }
  })

  test('holds everything that the panel uses', async () => {
    const { url } = await startServer()
    const document = (await person(url).get('/api/openapi.json')).json as unknown as Document
    const described = Object.keys(document.paths).map(
      (path) => new RegExp(`^${path.replace(/\{\w+\}/g, '[^/]+')}$`),
    )
    const sources = ['api.ts', 'features/library/upload.ts', 'features/play-log/play-log-page.tsx']
    const used = sources.flatMap((file) => {
      const text = readFileSync(join(import.meta.dirname, '../../panel', file), 'utf8')
      return [...text.matchAll(/['"`](\/api\/[^'"`?$]*(?:\$\{id\}[^'"`?$]*)?)/g)].map(
        ([, path]) => path?.replace(/\$\{id\}/, 'x') ?? '',
      )
    })
    expect(used.length).toBeGreaterThan(10)
    for (const path of used)
      expect(
        described.some((pattern) => pattern.test(path)),
        path,
      ).toBe(true)
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

test('the health of the server is that of its database', async () => {
  const { url, server } = await startServer()
  expect((await person(url).get('/healthz')).json).toEqual({
    status: 'ok',
    version: packageJson.version,
  })
  await server.close()
  await expect(fetch(`${url}/healthz`)).rejects.toThrow()
})
