import { generateKeyPairSync } from 'node:crypto'
import { io } from 'socket.io-client'
import WebSocket from 'ws'
import type { Desired, EnrolAnswer } from '#protocol'
import { HELLO_TYPE, PLAYER_NAMESPACE, PROTOCOL_VERSION } from '#protocol'
import { signer } from '../../player/identity/identity.ts'
import { accept, type Trust } from '../../player/trust/accept.ts'
import { wholeOf } from '../../player/trust/whole.ts'

/**
 * Many devices in one process of their own: each enrols, proves itself, checks every manifest as a
 * real player does, and says that it holds it. Beside them, as many bare WebSockets that do nothing
 * but answer.
 */

export type Order =
  /** With `checksLater` manifests are checked when no more come: senders and checkers share the cores. */
  | { type: 'enrol'; server: string; codes: string[]; checksLater?: boolean }
  | { type: 'connect raw'; url: string; count: number }
  | { type: 'leave' }
export type Word =
  | { type: 'ready' }
  /** When messages came, and when revisions were applied, since the last report, in ms since the epoch. */
  | { type: 'arrived'; heard: number[]; applied: number[] }
  | { type: 'failed'; reason: string }

const say = (word: Word) => process.send?.(word)
const now = () => performance.timeOrigin + performance.now()

const QUIET_MS = 100

let heard: number[] = []
let applied: number[] = []
let heardAt = 0
let later: (() => void)[] = []
setInterval(() => {
  if (later.length > 0 && now() - heardAt > QUIET_MS) {
    const checks = later
    later = []
    for (const check of checks) check()
  }
  if (heard.length + applied.length === 0) return
  say({ type: 'arrived', heard, applied })
  heard = []
  applied = []
}, 20)

const noteHeard = () => {
  heardAt = now()
  heard.push(heardAt)
}

const enrol = async (server: string, code: string) => {
  const pem = generateKeyPairSync('ed25519')
    .privateKey.export({ type: 'pkcs8', format: 'pem' })
    .toString()
  const key = signer(pem)
  const response = await fetch(new URL('/api/player/enrolment', server), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      code,
      deviceKey: key.publicKey,
      journalKey: key.publicKey,
      software: 'simulated',
    }),
  })
  if (!response.ok) throw new Error(await response.text())
  return { key, enrolment: (await response.json()) as EnrolAnswer }
}

const connect = (
  server: string,
  { key, enrolment }: Awaited<ReturnType<typeof enrol>>,
  checksLater: boolean,
): Promise<void> =>
  new Promise((resolve, reject) => {
    const trust: Trust = {
      deviceId: enrolment.deviceId,
      channels: enrolment.channels,
      keys: enrolment.trustedKeys,
      revoked: [],
      keysVersion: enrolment.keysVersion,
      keysHead: null,
      applied: undefined,
    }
    const socket = io(new URL(PLAYER_NAMESPACE, server).href, {
      transports: ['websocket'],
      reconnection: false,
      forceNew: true,
    })
    socket.on('connect_error', reject)
    socket.on('challenge', async ({ nonce }: { nonce: string }): Promise<void> => {
      const signature = key.sign(HELLO_TYPE, Buffer.from(nonce, 'base64'))
      const hello = {
        v: PROTOCOL_VERSION,
        deviceId: enrolment.deviceId,
        signature,
        software: 'simulated',
        appliedRevision: null,
        epoch: 0,
      }
      const welcome = (await socket.emitWithAck('hello', hello)) as {
        ok: boolean
        code?: string
      }
      if (welcome.ok) return resolve()
      socket.disconnect()
      // Coming in one after another, each is let in: being turned away would falsify the run.
      return reject(new Error(welcome.code))
    })
    socket.on('desired', (desired: Desired) => {
      noteHeard()
      if (checksLater) later.push(() => check(desired))
      else check(desired)
    })
    const check = (desired: Desired) => {
      const envelope = wholeOf(desired, trust.applied)
      if (!envelope) return void socket.emit('whole')
      const verdict = accept(trust, envelope, Date.now())
      if (!verdict.ok) return say({ type: 'failed', reason: verdict.refusal })
      trust.applied = { revision: desired.revision, payload: envelope.payload }
      socket.emit('applied', { revision: desired.revision, at: Date.now() })
      return applied.push(now())
    }
  })

const connectRaw = (url: string): Promise<void> =>
  new Promise((resolve, reject) => {
    const socket = new WebSocket(url, { perMessageDeflate: false })
    socket.on('open', resolve)
    socket.on('error', reject)
    socket.on('message', () => {
      socket.send('{"revision":1}')
      noteHeard()
    })
  })

/** A few at a time: the run measures pushing, not storming the door. */
const inGroups = async <T>(all: readonly T[], work: (one: T) => Promise<unknown>) => {
  for (let start = 0; start < all.length; start += 50)
    await Promise.all(all.slice(start, start + 50).map(work))
}

const obey = async (order: Order) => {
  switch (order.type) {
    case 'enrol':
      return inGroups(order.codes, async (code) =>
        connect(order.server, await enrol(order.server, code), order.checksLater === true),
      )
    case 'connect raw':
      return inGroups(Array.from({ length: order.count }), () => connectRaw(order.url))
    case 'leave':
      return process.exit(0)
  }
}

process.on('message', (order: Order) => {
  obey(order).then(
    () => say({ type: 'ready' }),
    (error: Error) => say({ type: 'failed', reason: error.message }),
  )
})
