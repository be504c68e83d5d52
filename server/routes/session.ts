import { getConnInfo } from '@hono/node-server/conninfo'
import { createRoute, z } from '@hono/zod-openapi'
import { SignedIn } from '#protocol'
import type { Deps } from '../deps.ts'
import { authenticate } from '../http/authenticate.ts'
import { BEFORE_SIGN_IN_BYTES, limitBody } from '../http/limit-body.ts'
import { body, createRouter, json, refusals, refusalsAnd } from '../http/router.ts'

const Credentials = z
  .strictObject({
    username: z.string().trim().min(1).max(100),
    password: z.string().min(1).max(200),
  })
  .meta({ id: 'Credentials' })

const signIn = createRoute({
  method: 'post',
  path: '/api/session',
  summary: 'Sign in; the session travels in a cookie',
  security: [],
  request: { body: body(Credentials) },
  responses: { 200: json(SignedIn, 'Who is signed in now'), ...refusalsAnd(429) },
})

const signOut = createRoute({
  method: 'delete',
  path: '/api/session',
  summary: 'Sign out',
  responses: { 204: { description: 'The session has ended' }, ...refusals },
})

const whoAmI = createRoute({
  method: 'get',
  path: '/api/session',
  summary: 'Who is signed in',
  responses: { 200: json(SignedIn, 'Who is signed in'), ...refusals },
})

export const sessionRoutes = (deps: Deps) => {
  const { auth, store } = deps
  const routes = createRouter()

  routes.use(signIn.getRoutingPath(), limitBody(BEFORE_SIGN_IN_BYTES))
  routes.openapi(signIn, async (c) => {
    const address = getConnInfo(c).remote.address ?? 'unknown'
    const cookies = await auth.signIn(c.req.valid('json'), address)
    for (const cookie of cookies) c.header('set-cookie', cookie, { append: true })
    const cookie = cookies.map((text) => text.split(';')[0]).join('; ')
    const user = await auth.userOf(new Headers({ cookie }))
    if (!user) throw new Error('a new session is not found')
    return c.json({ ...user, grants: await store.users.grantsOf(user.id) }, 200)
  })

  routes.use('/api/session', authenticate(deps))

  routes.openapi(whoAmI, (c) => c.json(c.get('user'), 200))

  routes.openapi(signOut, async (c) => {
    for (const cookie of await auth.signOut(c.req.raw.headers)) {
      c.header('set-cookie', cookie, { append: true })
    }
    await deps.panels.recheck(c.get('user').id)
    return c.body(null, 204)
  })

  return routes
}
