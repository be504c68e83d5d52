import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  type DeviceId,
  type Envelope,
  KEYS_TYPE,
  type KeyStatement,
  MANIFEST_TYPE,
  type Manifest,
  type Sha256,
  signedBytes,
  type TrustedKey,
} from '#protocol'
import { accept, type Trust } from '../../player/trust/accept.ts'
import { checkPlans } from '../../player/trust/check-plans.ts'
import { followKeys } from '../../player/trust/follow-keys.ts'
import { AREA, DEVICE, sha } from '../support/builders.ts'

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
  relayHosts: [],
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
  channels: ['audio'],
  keys: [{ keyid: 'k1', publicKey: spki }],
  revoked: [],
  keysVersion: 0,
  keysHead: null,
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

  test('rollback: older than what is in force; replay: something else under its number', () => {
    const inForce = { revision: 7, payload: sealed().payload }
    expect(refusalOf(sealed({ revision: 6 }), inForce)).toBe('rollback')
    expect(refusalOf(sealed({ issuedAt: NOW + 1 }), inForce)).toBe('replay')
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

describe('scope', () => {
  const plan = JSON.stringify({
    v: 1,
    channel: 'audio',
    segments: [],
    withheld: [],
    ceilings: [],
    blank: [],
  })
  const day = (plans: Manifest['days'][number]['plans']) => ({
    days: [{ date: '2024-11-11', startsAt: NOW, plans }],
  })

  test('scope: channels that the device did not enrol for', () => {
    const device = { ...manifest().device, channels: ['audio', 'screen'] as const }
    expect(refusalOf(sealed({ device: { ...device, channels: [...device.channels] } }))).toBe(
      'scope',
    )
    expect(refusalOf(sealed(day({ screen: sha('x') })))).toBe('scope')
    expect(refusalOf(sealed(day({ audio: sha('x') })))).toBe('accepted')
  })

  test('hash: a plan that is missing, or not what its name says', () => {
    const named = manifest(day({ audio: sha(plan) }))
    expect(checkPlans(named, () => plan)).toBeUndefined()
    expect(checkPlans(named, () => undefined)).toBe('hash')
    expect(checkPlans(named, () => `${plan} `)).toBe('hash')
    expect(checkPlans(manifest(day({ audio: sha('{}') })), () => '{}')).toBe('format')
  })

  test('a plan that withholds something for a reason that this device does not know is played', () => {
    const newer = plan.replace('"withheld":[]', '"withheld":[{"reason":"of next year"}]')
    expect(newer).not.toBe(plan)
    expect(checkPlans(manifest(day({ audio: sha(newer) })), () => newer)).toBeUndefined()
  })

  test('scope: a plan that plays what the manifest does not list', () => {
    const item = {
      assetId: '01890000-0000-7000-8000-0000000000bb',
      sha256: sha('clip'),
      mime: 'audio/ogg',
      kind: 'clip',
      title: 'Bản tin',
      themes: [],
      approvedBy: 'Lan',
      durationMs: 1000,
      role: 'item',
      gainDb: 0,
      fallback: null,
      schedule: { id: '01890000-0000-7000-8000-0000000000aa', name: 'Sáng' },
    }
    const because = { schedules: [item.schedule], priority: 'normal', overrode: [], breaks: [] }
    const segment = {
      from: 0,
      to: 1000,
      anchor: 0,
      repeat: false,
      volume: 80,
      items: [item],
      because,
    }
    const text = JSON.stringify({ ...JSON.parse(plan), segments: [segment] })
    const named = manifest(day({ audio: sha(text) }))
    expect(checkPlans(named, () => text)).toBe('scope')
    const media = [{ sha256: sha('clip'), bytes: 1, mime: 'audio/ogg' }]
    expect(checkPlans({ ...named, media }, () => text)).toBeUndefined()
  })
})

describe('the chain of keys', () => {
  type Key = TrustedKey & { privateKey: KeyObject }
  const aKey = (keyid: string): Key => {
    const pair = generateKeyPairSync('ed25519')
    const der = pair.publicKey.export({ type: 'spki', format: 'der' })
    return { keyid, publicKey: der.toString('base64'), privateKey: pair.privateKey }
  }
  const bare = ({ keyid, publicKey: spkiOf }: Key): TrustedKey => ({ keyid, publicKey: spkiOf })
  const link = (
    said: Partial<KeyStatement> & Pick<KeyStatement, 'version' | 'prev'>,
    next: Key,
    by: readonly Key[],
    revoked: readonly Key[] = by.slice(0, 1),
  ): Envelope => {
    const statement = {
      v: 1,
      issuedAt: NOW,
      keys: [bare(next)],
      revoked: revoked.map(bare),
      ...said,
    }
    const bytes = Buffer.from(JSON.stringify(statement))
    return {
      payloadType: KEYS_TYPE,
      payload: bytes.toString('base64'),
      signatures: by.map(({ keyid, privateKey: secret }) => ({
        keyid,
        sig: sign(null, signedBytes(KEYS_TYPE, bytes), secret).toString('base64'),
      })),
    }
  }
  const headOf = ({ payload }: Envelope) =>
    createHash('sha256').update(Buffer.from(payload, 'base64')).digest('hex') as Sha256
  const chainOf = (keys: readonly Key[]): Envelope[] => {
    const links: Envelope[] = []
    for (const [index, key] of keys.slice(0, -1).entries()) {
      const next = keys[index + 1] as Key
      const last = links.at(-1)
      links.push(link({ version: index + 1, prev: last ? headOf(last) : null }, next, [key, next]))
    }
    return links
  }
  const first = aKey('k1')
  const pinned: Trust = { ...trust(), keys: [bare(first)] }
  const signedWith = (key: Key, change: Partial<Manifest> = {}) =>
    seal(JSON.stringify(manifest(change)), { key: key.privateKey, keyid: key.keyid })

  test('a device that was away follows fifty changes at once, and takes only the last key', () => {
    const keys = [first, ...Array.from({ length: 50 }, (_, index) => aKey(`n${index}`))]
    const chain = chainOf(keys)
    const followed = followKeys(pinned, chain)
    expect(followed.ok && followed.trust.keysVersion).toBe(50)
    const then = followed.ok ? followed.trust : pinned
    expect(accept(then, signedWith(keys[50] as Key), NOW).ok).toBe(true)
    for (const old of keys.slice(0, 50))
      expect(accept(then, signedWith(old), NOW)).toMatchObject({ refusal: 'revoked' })
    // The same chain again, or a part of it, is no news.
    expect(followKeys(then, chain)).toEqual({ ok: true, trust: then })
  })

  test('what is in force stays in force when its key is taken out of use', () => {
    const [next] = [aKey('k2')]
    const inForce = signedWith(first)
    const held = { ...pinned, applied: { revision: 7, payload: inForce.payload } }
    const followed = followKeys(held, chainOf([first, next as Key]))
    const then = followed.ok ? followed.trust : held
    expect(accept(then, inForce, NOW)).toMatchObject({ ok: true, isNew: false })
    expect(accept(then, signedWith(first, { revision: 8 }), NOW)).toMatchObject({
      refusal: 'revoked',
    })
  })

  test.each<[string, (next: Key, other: Key) => Envelope, string]>([
    [
      'a stranger signed it',
      (next, other) => link({ version: 1, prev: null }, next, [other, next]),
      'signature',
    ],
    [
      'the new key did not sign it',
      (next) => link({ version: 1, prev: null }, next, [first]),
      'signature',
    ],
    [
      'a link is missing',
      (next) => link({ version: 2, prev: null }, next, [first, next]),
      'replay',
    ],
    [
      'it trusts what it revokes',
      (next) => link({ version: 1, prev: null }, next, [first, next], [next]),
      'revoked',
    ],
    [
      'it is something else',
      (next) => ({
        ...link({ version: 1, prev: null }, next, [first, next]),
        payloadType: MANIFEST_TYPE,
      }),
      'format',
    ],
  ])('is not followed where %s', (_name, make, refusal) => {
    expect(followKeys(pinned, [make(aKey('k2'), aKey('k3'))])).toEqual({ ok: false, refusal })
  })

  test('a revoked key makes no more links', () => {
    const [second, third] = [aKey('k2'), aKey('k3')]
    const chain = chainOf([first, second])
    const followed = followKeys(pinned, chain)
    const then = followed.ok ? followed.trust : pinned
    const forged = link({ version: 2, prev: headOf(chain[0] as Envelope) }, third, [first, third])
    expect(followKeys(then, [forged])).toEqual({ ok: false, refusal: 'revoked' })
  })

  test('a chain with a link exchanged is followed no farther', () => {
    const keys = [first, aKey('a'), aKey('b'), aKey('c')]
    const chain = chainOf(keys)
    const other = chainOf([first, aKey('x'), aKey('y')])
    expect(followKeys(pinned, [chain[0], other[1], chain[2]])).toMatchObject({ ok: false })
  })

  test('no link with a single byte changed is ever followed', () => {
    const next = aKey('k2')
    const good = link({ version: 1, prev: null }, next, [first, next])
    fc.assert(
      fc.property(
        fc.constantFrom('payload', 'first', 'second'),
        fc.nat(),
        fc.integer({ min: 1, max: 255 }),
        (where, at, by) => {
          const flip = (text: string) => {
            const bytes = Buffer.from(text, 'base64')
            bytes[at % bytes.length] = (bytes[at % bytes.length] ?? 0) ^ by
            return bytes.toString('base64')
          }
          const bad = structuredClone(good)
          const signature = bad.signatures[where === 'second' ? 1 : 0]
          if (where === 'payload') bad.payload = flip(bad.payload)
          else if (signature) signature.sig = flip(signature.sig)
          const followed = followKeys(pinned, [bad])
          // A changed number of a link that it says it has followed already changes nothing either.
          if (followed.ok) expect(followed.trust).toEqual(pinned)
        },
      ),
      { numRuns: 400 },
    )
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
