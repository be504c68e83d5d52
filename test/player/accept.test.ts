import { generateKeyPairSync, sign } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type DeviceId, type Envelope, MANIFEST_TYPE, type Manifest, signedBytes } from '#protocol'
import { accept, type Trust } from '../../player/trust/accept.ts'
import { AREA, DEVICE } from '../support/builders.ts'

const NOW = 1_731_276_000_000
const { privateKey, publicKey } = generateKeyPairSync('ed25519')
const stranger = generateKeyPairSync('ed25519').privateKey
const spki = publicKey.export({ type: 'spki', format: 'der' }).toString('base64')

const manifest = (change: Partial<Manifest> = {}): Manifest => ({
  v: 1,
  deviceId: DEVICE,
  revision: 7,
  issuedAt: NOW,
  playUntil: NOW + 86_400_000,
  device: {
    name: 'Loa',
    area: { id: AREA, code: '1', path: ['Xã'] },
    timeZone: 'Asia/Ho_Chi_Minh',
    channels: ['audio'],
    canvas: null,
  },
  days: [],
  media: [],
  ...change,
})

const seal = (
  payload: string,
  { key = privateKey, keyid = 'k1', type = MANIFEST_TYPE } = {},
): Envelope => {
  const bytes = Buffer.from(payload)
  const sig = sign(null, signedBytes(type, bytes), key).toString('base64')
  return { payloadType: type, payload: bytes.toString('base64'), signatures: [{ keyid, sig }] }
}
const sealed = (change: Partial<Manifest> = {}) => seal(JSON.stringify(manifest(change)))

const trust = (applied?: Trust['applied']): Trust => ({
  deviceId: DEVICE,
  keys: [{ keyid: 'k1', publicKey: spki }],
  applied,
})

const refusalOf = (
  candidate: unknown,
  applied?: Trust['applied'],
  now: number | undefined = NOW,
) => {
  const verdict = accept(trust(applied), candidate, now)
  return verdict.ok ? 'accepted' : verdict.refusal
}

test('a manifest of its own server, for this device, in force, is accepted', () => {
  expect(accept(trust(), sealed(), NOW)).toEqual({ ok: true, manifest: manifest(), isNew: true })
})

describe('refusals by name', () => {
  test.each<[string, unknown]>([
    ['nothing', undefined],
    ['no envelope', { payload: 'x' }],
    ['another type of envelope', seal(JSON.stringify(manifest()), { type: 'application/json' })],
    ['a signed payload that is no manifest', seal('{"v":1}')],
    ['a signed payload that is no JSON', seal('not JSON')],
  ])('format: %s', (_name, candidate) => expect(refusalOf(candidate)).toBe('format'))

  test('signature: signed by a stranger, under any name', () => {
    expect(refusalOf(seal(JSON.stringify(manifest()), { key: stranger }))).toBe('signature')
    expect(refusalOf(seal(JSON.stringify(manifest()), { keyid: 'unknown' }))).toBe('signature')
  })

  test('wrong-device: a manifest of the neighbour', () => {
    const neighbour = '01890000-0000-7000-8000-00000000000e' as DeviceId
    expect(refusalOf(sealed({ deviceId: neighbour }))).toBe('wrong-device')
  })

  test('rollback: older than what is in force, or something else under its number', () => {
    const inForce = { revision: 7, payload: sealed().payload }
    expect(refusalOf(sealed({ revision: 6 }), inForce)).toBe('rollback')
    expect(refusalOf(sealed({ issuedAt: NOW + 1 }), inForce)).toBe('rollback')
    expect(accept(trust(inForce), sealed(), NOW)).toMatchObject({ ok: true, isNew: false })
    expect(refusalOf(sealed({ revision: 8 }), inForce)).toBe('accepted')
  })

  test('expired: its last day is over; a device that does not know the time cannot say so', () => {
    const over = sealed({ playUntil: NOW })
    expect(refusalOf(over)).toBe('expired')
    expect(refusalOf(sealed({ playUntil: NOW + 1 }))).toBe('accepted')
    expect(accept(trust(), over, undefined).ok).toBe(true)
  })
})

test('no envelope with a single byte changed is ever accepted', () => {
  const good = sealed()
  const flip = (text: string, at: number, by: number) => {
    const bytes = Buffer.from(text, 'base64')
    const index = at % bytes.length
    bytes[index] = (bytes[index] ?? 0) ^ (by || 1)
    return bytes.toString('base64')
  }
  fc.assert(
    fc.property(fc.boolean(), fc.nat(), fc.integer({ min: 1, max: 255 }), (inPayload, at, by) => {
      const [signature] = good.signatures
      const bad = inPayload
        ? { ...good, payload: flip(good.payload, at, by) }
        : { ...good, signatures: [{ keyid: 'k1', sig: flip(signature?.sig ?? '', at, by) }] }
      expect(accept(trust(), bad, NOW).ok).toBe(false)
    }),
    { numRuns: 500 },
  )
})
