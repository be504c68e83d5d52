import { statfs } from 'node:fs/promises'
import { join } from 'node:path'
import { serveStatic } from '@hono/node-server/serve-static'
import { createRoute, z } from '@hono/zod-openapi'
import type { MiddlewareHandler } from 'hono'
import { secureHeaders } from 'hono/secure-headers'
import { AppError } from '#protocol'
import packageJson from '../package.json' with { type: 'json' }
import type { Deps } from './deps.ts'
import { authenticate } from './http/authenticate.ts'
import { refuseUndescribed } from './http/described-routes.ts'
import { addDocumentation } from './http/documentation.ts'
import type { Env } from './http/env.ts'
import { identifyRequest, refuseForeignPages } from './http/guard.ts'
import { limitRequests } from './http/limit-body.ts'
import { onError } from './http/problem.ts'
import { createRouter, json } from './http/router.ts'
import { areaRoutes } from './routes/areas.ts'
import { assetRoutes } from './routes/assets.ts'
import { calendarRoutes, feedRoutes } from './routes/calendars.ts'
import { campaignRoutes } from './routes/campaigns.ts'
import { copyRoutes } from './routes/copies.ts'
import { coverageRoutes } from './routes/coverage.ts'
import { deviceCommandRoutes } from './routes/device-commands.ts'
import { deviceRoutes } from './routes/devices.ts'
import { draftRoutes } from './routes/draft.ts'
import { dayRoutes, evidenceRoutes } from './routes/evidence.ts'
import { evidenceCoverageRoutes } from './routes/evidence-coverage.ts'
import { mediaRoutes } from './routes/media.ts'
import { plannerRoutes } from './routes/planner.ts'
import { playPictureRoutes } from './routes/play-pictures.ts'
import { playerRoutes } from './routes/player.ts'
import { playlistRoutes } from './routes/playlists.ts'
import { playRoutes } from './routes/plays.ts'
import { policyRoutes } from './routes/policies.ts'
import { publicationRoutes } from './routes/publications.ts'
import { relayRoutes } from './routes/relays.ts'
import { reportRoutes } from './routes/reports.ts'
import { scheduleRoutes } from './routes/schedules.ts'
import { sessionRoutes } from './routes/session.ts'
import { signingKeyRoutes } from './routes/signing-key.ts'
import { timelineRoutes } from './routes/timeline.ts'
import { verdictRoutes } from './routes/verdicts.ts'

const PANEL = join(import.meta.dirname, '../panel/dist')

const panelHeaders = secureHeaders({
  contentSecurityPolicy: {
    defaultSrc: ["'self'"],
    // Mantine sets sizes and colours in style attributes.
    styleSrc: ["'self'", "'unsafe-inline'"],
    imgSrc: ["'self'", 'data:', 'blob:'],
    mediaSrc: ["'self'", 'blob:'],
    // The preview of a report carries its fonts within.
    fontSrc: ["'self'", 'data:'],
    connectSrc: ["'self'", 'ws:', 'wss:'],
    frameSrc: ["'self'"],
    objectSrc: ["'none'"],
    baseUri: ["'none'"],
    frameAncestors: ["'none'"],
  },
  xFrameOptions: false,
  strictTransportSecurity: 'max-age=31536000',
})

/** Stored bytes carry a stricter policy of their own (routes/media.ts). */
const pageHeaders: MiddlewareHandler<Env> = (c, next) =>
  c.req.path.startsWith('/media/') ? next() : panelHeaders(c, next)

/** Without so much room nothing more can be stored: a page of the database, a part of an upload. */
const LEAST_FREE_BYTES = 8_000_000

const Health = z.object({ status: z.enum(['ok', 'disk-full']), version: z.string() })

const health = createRoute({
  method: 'get',
  path: '/healthz',
  summary: 'Whether the server serves: it answers after asking its database',
  security: [],
  responses: {
    200: json(Health, 'It does'),
    507: json(Health, 'Its disk is full: what is stored can be read, and nothing be added'),
  },
})

/** The server as a function from request to answer; it listens nowhere. */
export const createApp = (deps: Deps) => {
  const app = createRouter()
  app.onError(onError(deps.log))
  app.notFound((c) => onError(deps.log)(new AppError('not-found', { what: c.req.path }), c))
  app.use(identifyRequest, refuseForeignPages(deps.own))
  app.use(pageHeaders)

  app.use('/api/*', refuseUndescribed(app))
  app.openapi(health, async (c) => {
    await deps.store.stamps()
    const { bavail, bsize } = await statfs(deps.dataFolder)
    const { version } = packageJson
    if (bavail * bsize < LEAST_FREE_BYTES)
      return c.json({ status: 'disk-full' as const, version }, 507)
    return c.json({ status: 'ok' as const, version }, 200)
  })
  app.route('/', sessionRoutes(deps))
  app.route('/', playerRoutes(deps))
  app.route('/', mediaRoutes(deps))
  app.route('/', dayRoutes(deps))
  app.route('/', feedRoutes(deps))
  addDocumentation(app)

  app.use('/api/*', authenticate(deps), limitRequests)
  app.route('/', areaRoutes(deps))
  app.route('/', campaignRoutes(deps))
  app.route('/', coverageRoutes(deps))
  app.route('/', plannerRoutes(deps))
  app.route('/', relayRoutes(deps))
  app.route('/', assetRoutes(deps))
  app.route('/', verdictRoutes(deps))
  app.route('/', playlistRoutes(deps))
  app.route('/', scheduleRoutes(deps))
  app.route('/', policyRoutes(deps))
  app.route('/', draftRoutes(deps))
  app.route('/', publicationRoutes(deps))
  app.route('/', copyRoutes(deps))
  app.route('/', timelineRoutes(deps))
  app.route('/', calendarRoutes(deps))
  app.route('/', deviceRoutes(deps))
  app.route('/', deviceCommandRoutes(deps))
  app.route('/', signingKeyRoutes(deps))
  app.route('/', playRoutes(deps))
  app.route('/', playPictureRoutes(deps))
  app.route('/', evidenceCoverageRoutes(deps))
  app.route('/', reportRoutes(deps))
  app.route('/', evidenceRoutes(deps))

  app.all('/api/*', () => {
    throw new AppError('not-found', { what: 'address' })
  })

  // Built files carry a hash in their names and never change; the page that names them always may.
  app.use(
    '/assets/*',
    serveStatic({
      root: PANEL,
      onFound: (_path, c) => c.header('cache-control', 'public, max-age=31536000, immutable'),
    }),
  )
  app.get('*', serveStatic({ root: PANEL, path: 'index.html' }))
  return app
}
