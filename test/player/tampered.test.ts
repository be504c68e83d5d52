import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Trust } from '../../player/trust/accept.ts'
import { openTrustStore } from '../../player/trust/trust-store.ts'
import { DEVICE } from '../support/builders.ts'
import { clips, deviceFolder, knowTheTime, segmentOf } from '../support/device-folder.ts'
import { eventsOf, startPlayerProcess } from '../support/player-process.ts'
import { tempFolder } from '../support/temp-folder.ts'
import { until } from '../support/until.ts'

const DAY_MS = 86_400_000

/** A device that plays two clips in turn, all day, and knows the time. */
const device = () => {
  const folder = join(tempFolder(), 'player')
  const items = clips(tempFolder(), [1_500, 1_500])
  const startsAt = Math.floor(Date.now() / DAY_MS) * DAY_MS - DAY_MS
  deviceFolder(folder, { startsAt, days: 35, items, segments: [segmentOf(items, 0, DAY_MS)] })
  knowTheTime(folder)
  return { folder, items }
}

const flipIn = (path: string, at: number) => {
  const bytes = readFileSync(path)
  bytes[at] = (bytes[at] ?? 0) ^ 1
  writeFileSync(path, bytes)
}

const TRUSTED = { TRUST_SYSTEM_CLOCK: 'yes' }

test('a file that was changed by one bit is not played, is told, and keeps no other from playing', async () => {
  const { folder, items } = device()
  const [bad, good] = items
  flipIn(join(folder, 'media', bad?.sha256 ?? ''), 500)
  const player = startPlayerProcess(folder, TRUSTED)
  const plays = () => eventsOf(folder, 'play').map(({ play }) => play)
  await until(() => plays().filter(({ outcome }) => outcome === 'completed').length >= 2)
  await until(() => plays().some(({ asset }) => asset.sha256 === bad?.sha256))
  await player.stop()
  expect(eventsOf(folder, 'media')).toEqual([
    { kind: 'media', what: 'corrupt', sha256: bad?.sha256 },
  ])
  for (const { asset, outcome, startAt, cause } of plays()) {
    if (asset.sha256 === good?.sha256) continue
    expect([outcome, startAt]).toEqual(['failed', null])
    // Before the output is open that is what it lacks first.
    expect(['media-corrupt', 'media-missing', 'output-lost']).toContain(cause)
  }
})

test('decoded sound that was swapped on the disk, with a note that fits it, is not played', async () => {
  const { folder } = device()
  const pcm = join(folder, 'pcm')
  const plays = () => eventsOf(folder, 'play').map(({ play }) => play)
  const completed = () => plays().filter(({ outcome }) => outcome === 'completed')
  const first = startPlayerProcess(folder, TRUSTED)
  await until(() => completed().length >= 2)
  await first.stop()
  const honest = completed().map(({ measured }) =>
    measured?.kind === 'audio' ? measured.rmsDbfs : 0,
  )

  const square = Buffer.alloc(150_000)
  for (let at = 0; at < square.length; at += 2)
    square.writeInt16LE(at % 96 < 48 ? 30_000 : -30_000, at)
  for (const name of readdirSync(pcm)) writeFileSync(join(pcm, name), square)
  const note = createHash('sha256').update(square).digest('hex')
  for (const name of readdirSync(pcm)) writeFileSync(join(pcm, `${name}.sha256`), note)
  const before = completed().length
  const second = startPlayerProcess(folder, TRUSTED)
  await until(() => completed().length >= before + 2)
  // And once more, under the running player.
  for (const name of readdirSync(pcm)) writeFileSync(join(pcm, name), square)
  await until(() => completed().length >= before + 6)
  await second.stop()
  const loudest = Math.max(...honest.map((rms) => rms ?? Number.NEGATIVE_INFINITY))
  // What was on, or cued, when it was swapped may be heard to its end; nothing that begins later.
  const later = completed().slice(before + 4)
  for (const { measured } of [...completed().slice(before, before + 2), ...later])
    expect(measured?.kind === 'audio' && (measured.rmsDbfs ?? 0)).toBeLessThan(loudest + 3)
})

test('a plan that was changed by one bit is not played', async () => {
  const { folder } = device()
  for (const name of readdirSync(join(folder, 'plans'))) flipIn(join(folder, 'plans', name), 100)
  const player = startPlayerProcess(folder, TRUSTED)
  await until(() => eventsOf(folder, 'boot').length > 0)
  await new Promise((resolve) => setTimeout(resolve, 3_000))
  await player.stop()
  expect(eventsOf(folder, 'play')).toEqual([])
})

describe('what is trusted, on disk', () => {
  const pinned: Trust = {
    deviceId: DEVICE,
    channels: ['audio'],
    keys: [{ keyid: 'k', publicKey: 'AAAA' }],
    revoked: [],
    keysVersion: 0,
    keysHead: null,
    applied: undefined,
  }
  const manifest = (revision: number) => ({
    payloadType: 'x',
    payload: Buffer.from(String(revision)).toString('base64'),
    signatures: [{ keyid: 'k', sig: 'AAAA' }],
  })
  const held = (folder: string) => openTrustStore(folder, pinned).trust.applied?.revision
  const filled = () => {
    const folder = tempFolder()
    const store = openTrustStore(folder, pinned)
    for (const revision of [1, 2, 3]) {
      const { payload } = manifest(revision)
      store.save({ ...pinned, applied: { revision, payload } }, manifest(revision))
    }
    return folder
  }

  test('is the newest that is whole, whatever became of the other', () => {
    const folder = filled()
    expect(held(folder)).toBe(3)
    // The third was written where the first had been.
    flipIn(join(folder, 'trust.b.json'), 40)
    expect(held(folder)).toBe(2)
    const store = openTrustStore(folder, pinned)
    expect(store.wasLost).toBe(false)
    store.save({ ...pinned, applied: { revision: 9, payload: manifest(9).payload } }, manifest(9))
    expect(held(folder)).toBe(9)
  })

  test('no byte of it can be changed unseen', () => {
    const folder = filled()
    const path = join(folder, 'trust.b.json')
    const whole = readFileSync(path)
    for (let at = 0; at < whole.length; at += 7) {
      flipIn(path, at)
      expect(held(folder)).toBeOneOf([2, 3])
      writeFileSync(path, whole)
    }
  })

  test('where both are lost it falls back to the keys of enrolment, and says so', async () => {
    const folder = filled()
    for (const name of ['trust.a.json', 'trust.b.json']) writeFileSync(join(folder, name), 'gone')
    const store = openTrustStore(folder, pinned)
    expect([store.wasLost, store.trust, store.manifest]).toEqual([true, pinned, undefined])
    expect(openTrustStore(tempFolder(), pinned).wasLost).toBe(false)

    const { folder: box } = device()
    for (const name of ['trust.a.json', 'trust.b.json']) writeFileSync(join(box, name), 'gone')
    const player = startPlayerProcess(box, TRUSTED)
    await until(() => eventsOf(box, 'keys').length > 0)
    await player.stop()
    expect(eventsOf(box, 'keys')).toEqual([{ kind: 'keys', what: 'reset', version: 0 }])
    expect(eventsOf(box, 'play')).toEqual([])
  })
})
