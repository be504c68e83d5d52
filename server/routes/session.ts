import { createRoute, z } from '@hono/zod-openapi'
import { AppError, SignedIn } from '#protocol'
import { createTries } from '../access/tries.ts'
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

/** So many wrong passwords for one account in this time, from whatever addresses. */
const MOST_FAILURES = 30
const FAILURES_FORGOTTEN_MS = 600_000
const MOST_KNOWN = 100_000

export const sessionRoutes = (deps: Deps) => {
  const { auth, store, addressOf, log, now } = deps
  const routes = createRouter()
  const tries = createTries({ most: MOST_FAILURES, withinMs: FAILURES_FORGOTTEN_MS, now })
  /** Accounts with the addresses from which they signed in since this process began. */
  const known = new Set<string>()

  routes.use(signIn.getRoutingPath(), limitBody(BEFORE_SIGN_IN_BYTES))
  routes.openapi(signIn, async (c) => {
    const address = addressOf(c.env.incoming)
    const credentials = c.req.valid('json')
    const account = credentials.username.toLowerCase()
    const note = (action: string, userId: string) =>
      store.audit.add({ at: now(), userId, action, subject: account, detail: { address } })
    // Somebody else's guesses do not lock out who has signed in from this address before.
    const isHome = known.has(`${account} ${address}`)
    if (!isHome && tries.isOver(account)) {
      log.warn({ account, address }, 'sign-in refused: too many wrong passwords for this account')
      throw new AppError('too-many-tries')
    }
    const cookies = await auth.signIn(credentials, address).catch(async (error) => {
      // No password was looked at: an address that asks too often neither locks an account nor fills the log.
      if (error instanceof AppError && error.code === 'too-many-tries') throw error
      tries.note(account)
      log.warn({ account, address }, 'sign-in failed')
      await note('session.sign-in-failed', '')
      throw error
    })
    tries.forget(account)
    if (known.size < MOST_KNOWN) known.add(`${account} ${address}`)
    for (const cookie of cookies) c.header('set-cookie', cookie, { append: true })
    const cookie = cookies.map((text) => text.split(';')[0]).join('; ')
    const user = await auth.userOf(new Headers({ cookie }))
    if (!user) throw new Error('a new session is not found')
    await note('session.sign-in', user.id)
    return c.json({ ...user, grants: await store.users.grantsOf(user.id) }, 200)
  })

  routes.use('/api/session', authenticate(deps))

  routes.openapi(whoAmI, (c) => c.json(c.get('user'), 200))

  routes.openapi(signOut, async (c) => {
    for (const cookie of await auth.signOut(c.req.raw.headers)) {
      c.header('set-cookie', cookie, { append: true })
    }
    const { id: userId, username } = c.get('user')
    await deps.panels.recheck(userId)
    await store.audit.add({ at: now(), userId, action: 'session.sign-out', subject: username })
    return c.body(null, 204)
  })

  return routes
}
