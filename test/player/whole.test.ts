import { generateKeyPairSync } from 'node:crypto'
import { expect, test } from 'vitest'
import { type Desired, differenceParts, MANIFEST_TYPE } from '#protocol'
import { signer } from '../../player/identity/identity.ts'
import { accept } from '../../player/trust/accept.ts'
import { wholeOf } from '../../player/trust/whole.ts'
import { AREA, DEVICE } from '../support/builders.ts'

const pem = generateKeyPairSync('ed25519')
  .privateKey.export({ type: 'pkcs8', format: 'pem' })
  .toString()
const key = signer(pem)

const payload = (revision: number) =>
  JSON.stringify({
    v: 1,
    deviceId: DEVICE,
    device: {
      name: 'Loa xã Định An',
      area: { id: AREA, code: '30964', path: ['Tỉnh'] },
      timeZone: 'Asia/Ho_Chi_Minh',
      channels: ['audio'],
      canvas: null,
    },
    days: [],
    media: [],
    playUntil: 2_000_000_000_000,
    revision,
    issuedAt: revision,
  })
const base64 = (text: string) => Buffer.from(text, 'utf8').toString('base64')
const sealed = (text: string) => ({
  payloadType: MANIFEST_TYPE,
  signatures: [{ keyid: 'k', sig: key.sign(MANIFEST_TYPE, Buffer.from(text, 'utf8')) }],
})
const trust = (revision: number) => ({
  deviceId: DEVICE,
  channels: ['audio' as const],
  keys: [{ keyid: 'k', publicKey: key.publicKey }],
  revoked: [],
  keysVersion: 0,
  keysHead: null,
  applied: { revision, payload: base64(payload(revision)) },
})
const told = (base: number, wanted: number): Desired => ({
  revision: wanted,
  keys: [],
  difference: {
    base,
    ...sealed(payload(wanted)),
    parts: differenceParts(payload(base), payload(wanted)),
  },
})

test('a difference is rebuilt into the very bytes that were signed', () => {
  const whole = wholeOf(told(4, 5), trust(4).applied)
  expect(whole?.payload).toBe(base64(payload(5)))
  expect(accept(trust(4), whole, 1)).toMatchObject({ ok: true, isNew: true })
})

test('from another revision than the one in force there is nothing to rebuild', () => {
  expect(wholeOf(told(4, 5), trust(3).applied)).toBeUndefined()
  expect(wholeOf(told(4, 5), undefined)).toBeUndefined()
})

test('one that was tampered with is caught by the signature', () => {
  const desired = told(4, 5) as Extract<Desired, { difference: unknown }>
  const parts = desired.difference.parts.map((part) =>
    typeof part === 'string' ? part.replace('5', '6') : part,
  )
  const forged = { ...desired, difference: { ...desired.difference, parts } }
  const whole = wholeOf(forged, trust(4).applied)
  expect(accept(trust(4), whole, 1)).toMatchObject({ ok: false, refusal: 'signature' })
})
