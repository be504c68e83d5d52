import { createRoute } from '@hono/zod-openapi'
import { SigningKeyState } from '#protocol'
import type { Deps } from '../deps.ts'
import { requireRight } from '../http/authenticate.ts'
import { createRouter, json, refusals } from '../http/router.ts'

const show = createRoute({
  method: 'get',
  path: '/api/signing-key',
  summary: 'The key that signs manifests',
  responses: { 200: json(SigningKeyState, 'The key in use'), ...refusals },
})

const rotate = createRoute({
  method: 'post',
  path: '/api/signing-key/rotations',
  summary: 'Make a new key for manifests; the present one hands over to it and is used no more',
  responses: { 201: json(SigningKeyState, 'The new key'), ...refusals },
})

export const signingKeyRoutes = (deps: Deps) => {
  const { store, key, publisher, now } = deps
  const routes = createRouter()
  const state = (): SigningKeyState => ({
    keyid: key.keyid,
    publicKey: key.publicKey,
    version: key.version,
  })

  routes.openapi(show, async (c) => {
    await requireRight(c, deps, 'administer', null)
    return c.json(state(), 200)
  })

  routes.openapi(rotate, async (c) => {
    await requireRight(c, deps, 'administer', null)
    const userId = c.get('user').id
    const before = key.keyid
    key.rotate(now())
    await store.office.signsWith(key.keyid, key.version)
    const detail = { before, version: key.version }
    await store.audit.add({
      at: now(),
      userId,
      action: 'signing-key.rotate',
      subject: key.keyid,
      detail,
    })
    // Every manifest is signed anew: devices take nothing of the old key from now on.
    await publisher.refresh()
    return c.json(state(), 201)
  })

  return routes
}
