import { createRoute, z } from '@hono/zod-openapi'
import type { MiddlewareHandler } from 'hono'
import {
  AppError,
  CLOCK_TYPE,
  ClockAnswer,
  DeviceId,
  EnrolAnswer,
  EnrolRequest,
  RecordAck,
  RecordBatch,
  Sha256,
} from '#protocol'
import { createTries } from '../access/tries.ts'
import type { Deps } from '../deps.ts'
import type { Env } from '../http/env.ts'
import { BEFORE_SIGN_IN_BYTES, limitBody, SIGNED_IN_BYTES } from '../http/limit-body.ts'
import { body, createRouter, json, refusals, refusalsAnd } from '../http/router.ts'
import { isUsableKey, provesPost } from '../sockets/device-proof.ts'
import { preciseTime } from '../sockets/precise-time.ts'

const enrol = createRoute({
  method: 'post',
  path: '/api/player/enrolment',
  summary: 'A device spends its code and pins its keys',
  security: [],
  request: { body: body(EnrolRequest) },
  responses: {
    200: json(EnrolAnswer, 'Who the device is now, and whose manifests it is to trust'),
    ...refusalsAnd(410, 429),
  },
})

const time = createRoute({
  method: 'get',
  path: '/api/player/time',
  summary:
    'The time, under the key of the ledger: for a device whose clock is too wrong for a certificate',
  security: [],
  request: { query: z.object({ nonce: z.base64().min(16).max(100) }) },
  responses: { 200: json(ClockAnswer, 'The time, sealed over the nonce'), ...refusals },
})

const plan = createRoute({
  method: 'get',
  path: '/api/plans/{sha256}',
  summary: 'A day plan by its hash: the bytes that hash to it',
  security: [],
  request: { params: z.object({ sha256: Sha256 }) },
  responses: {
    200: { content: { 'application/json': { schema: z.unknown() } }, description: 'The plan' },
    ...refusals,
  },
})

const records = createRoute({
  method: 'post',
  path: '/api/player/records',
  summary: 'A device whose socket is blocked sends records, as it would over the socket',
  security: [],
  request: {
    headers: z.object({
      authorization: z.string().meta({
        description:
          '`Device <id> <signature>`: Ed25519 of the device key over DSSE’s encoding of the body',
      }),
    }),
    body: body(RecordBatch),
  },
  responses: {
    200: json(RecordAck, 'What the server holds by now, and what became of each record'),
    ...refusals,
  },
})

/** So many codes may one address guess wrong in this time. */
const MOST_FAILURES = 20
const FAILURES_FORGOTTEN_MS = 600_000

export const playerRoutes = (deps: Deps) => {
  const { store, publisher, players, panels, ledger, key, ledgerKey } = deps
  const { addressOf, enrolmentCodes, now } = deps
  const routes = createRouter()
  const tries = createTries({ most: MOST_FAILURES, withinMs: FAILURES_FORGOTTEN_MS, now })

  routes.use(enrol.getRoutingPath(), limitBody(BEFORE_SIGN_IN_BYTES))
  routes.openapi(enrol, async (c) => {
    const { code, deviceKey, journalKey, software } = c.req.valid('json')
    const address = addressOf(c.env.incoming)
    if (tries.isOver(address)) throw new AppError('too-many-codes')
    if (!isUsableKey(deviceKey) || !isUsableKey(journalKey)) throw new AppError('bad-input')
    const id = await store.devices
      .enrol(enrolmentCodes.hash(code), { deviceKey, journalKey }, now())
      .catch((error) => {
        tries.note(address)
        throw error
      })
    await store.audit.add({
      at: now(),
      userId: '',
      action: 'device.enrol',
      subject: id,
      detail: { software, deviceKey },
    })
    // Whoever had this device's old keys is not this device any more.
    players.drop(id)
    await publisher.refresh(id)
    panels.deviceChanged(id)
    const device = await store.devices.get(id)
    if (!device) throw new AppError('device-unknown')
    const { name, channels, canvas } = device
    const trustedKeys = [{ keyid: key.keyid, publicKey: key.publicKey }]
    const pinned = {
      trustedKeys,
      keysVersion: key.version,
      ledgerKey: ledgerKey.cosignaturesKey,
      ledgerSeals: true,
    }
    return c.json({ deviceId: id, name, channels, canvas, ...pinned }, 200)
  })

  /**
   * Lets only a device through that signed the body: nothing is parsed before.
   * @throws AppError device-unknown, signature-wrong
   */
  const proveDevice: MiddlewareHandler<Env> = async (c, next) => {
    const [, id = '', signature = ''] =
      /^Device (\S+) (\S+)$/.exec(c.req.header('authorization') ?? '') ?? []
    const deviceId = DeviceId.safeParse(id)
    const keys = deviceId.success ? await store.devices.keys(deviceId.data) : undefined
    if (!deviceId.success || !keys) throw new AppError('device-unknown')
    await limitBody(SIGNED_IN_BYTES)(c, async () => {
      const posted = new Uint8Array(await c.req.arrayBuffer())
      if (!provesPost(keys.deviceKey, posted, signature)) throw new AppError('signature-wrong')
      c.set('device', { id: deviceId.data, journalKey: keys.journalKey })
      await next()
    })
  }

  routes.use(records.getRoutingPath(), proveDevice)
  routes.openapi(records, async (c) => {
    const { id, journalKey } = c.get('device')
    return c.json(await ledger.receive(id, journalKey, c.req.valid('json')), 200)
  })

  routes.openapi(time, (c) => {
    const receivedAt = preciseTime()
    const said = { receivedAt, sentAt: preciseTime() }
    const { nonce } = c.req.valid('query')
    c.header('cache-control', 'no-store')
    return c.json({ ...said, seal: ledgerKey.seal(CLOCK_TYPE, { ...said, nonce }) }, 200)
  })

  routes.openapi(plan, async (c) => {
    const text = await store.manifests.plan(c.req.valid('param').sha256)
    if (text === undefined) throw new AppError('not-found', { what: 'plan' })
    const headers = {
      'content-type': 'application/json',
      'cache-control': 'public, max-age=31536000, immutable',
    }
    return c.body(text, 200, headers) as never
  })

  return routes
}
