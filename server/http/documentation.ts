import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import type { OpenAPIHono } from '@hono/zod-openapi'
import { Canvas, DeviceStatus, Rendition } from '#protocol'
import type { Env } from './env.ts'

/** The page loads nothing from anywhere else: commune networks often reach only this server. */
const FILES: Readonly<Record<string, string>> = {
  'swagger-ui.css': 'text/css',
  'swagger-ui-bundle.js': 'text/javascript',
}

const PAGE = `<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <title>Loabang API</title>
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <link rel="stylesheet" href="/api/docs/swagger-ui.css">
</head>
<body>
  <div id="api"></div>
  <script src="/api/docs/swagger-ui-bundle.js"></script>
  <script src="/api/docs/start.js"></script>
</body>
</html>
`

const START = `SwaggerUIBundle({ url: '/api/openapi.json', dom_id: '#api', deepLinking: true })\n`

/**
 * Shapes that are used as themselves or null. Named before the routes: otherwise the first use decides,
 * and the shape itself would be described as one that may be null.
 */
const NULLABLE_SOMEWHERE = { Canvas, DeviceStatus, Rendition }

type Described = Record<string, unknown>
const isDescribed = (value: unknown): value is Described =>
  typeof value === 'object' && value !== null

/** A named shape or null is described as all of both, which nothing is: it becomes any of both. */
const withNulls = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(withNulls)
  if (!isDescribed(value)) return value
  const { allOf, ...rest } = value
  const [shape, orNull] = Array.isArray(allOf) ? allOf : []
  const isNullable =
    isDescribed(orNull) && Array.isArray(orNull.type) && orNull.type.includes('null')
  if (isDescribed(shape) && '$ref' in shape && isNullable)
    return { ...rest, anyOf: [shape, { type: 'null' }] }
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, withNulls(part)]))
}

/** Serves the description of the API and a page to browse it. */
export const addDocumentation = (app: OpenAPIHono<Env>): void => {
  const folder = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'))

  app.openAPIRegistry.registerComponent('securitySchemes', 'session', {
    type: 'apiKey',
    in: 'cookie',
    name: 'loabang.session_token',
    description: 'Where people reach the server over https: `__Host-loabang.session_token`',
  })
  for (const [name, shape] of Object.entries(NULLABLE_SOMEWHERE))
    app.openAPIRegistry.register(name, shape.clone())
  const description = {
    openapi: '3.1.0',
    info: {
      title: 'Loabang',
      version: '1',
      description:
        'Schedules for commune loudspeakers and bulletin boards, and the log of what was played.',
    },
    security: [{ session: [] }],
  }
  // Made once: that takes 0.1 s, and anybody may ask.
  let document: string | undefined
  app.get('/api/openapi.json', (c) => {
    document ??= JSON.stringify(withNulls(app.getOpenAPI31Document(description)))
    return c.body(document, 200, { 'content-type': 'application/json' })
  })
  app.get('/api/docs', (c) => c.html(PAGE))
  app.get('/api/docs/start.js', (c) => c.body(START, 200, { 'content-type': 'text/javascript' }))
  for (const [name, type] of Object.entries(FILES)) {
    // Held once, whatever number of readers takes its time.
    const bytes = readFileSync(join(folder, name))
    app.get(`/api/docs/${name}`, (c) => c.body(bytes, 200, { 'content-type': type }))
  }
}
