import { createHash, generateKeyPairSync, sign } from 'node:crypto'
import { copyFileSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  type Channel,
  type DayPlan,
  type EnrolAnswer,
  type Envelope,
  MANIFEST_TYPE,
  type Manifest,
  type ScheduleId,
  type Segment,
  type Sha256,
  signedBytes,
} from '#protocol'
import { replaceFile } from '../../player/trust/replace-file.ts'
import { openTrustStore } from '../../player/trust/trust-store.ts'
import { toLedgerKey } from '../../server/evidence/ledger-key.ts'
import { AREA, anAsset, DEVICE, sha } from './builders.ts'
import { make, speech } from './ffmpeg.ts'

const DAY_MS = 86_400_000
const SCHEDULE = { id: '01890000-0000-7000-8000-0000000000aa' as ScheduleId, name: 'Lịch' }

const pemOf = () =>
  generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()

export type Clip = { path: string; sha256: Sha256; durationMs: number }

/** Short spoken clips, as the office makes them. */
export const clips = (folder: string, durationsMs: readonly number[]): Clip[] =>
  durationsMs.map((durationMs, index) => {
    const path = make(
      join(folder, `clip-${index}.ogg`),
      ...speech(durationMs / 1000, 0.3 + index * 0.1),
      '-c:a',
      'libopus',
      '-ac',
      '1',
    )
    const sha256 = createHash('sha256').update(readFileSync(path)).digest('hex') as Sha256
    return { path, sha256, durationMs }
  })

export const segmentOf = (
  items: readonly Clip[],
  from: number,
  to: number,
  change: Partial<Segment> = {},
): Segment => ({
  from,
  to,
  anchor: from,
  repeat: true,
  volume: 80,
  items: items.map(({ sha256, durationMs }, index) => ({
    assetId: anAsset().id,
    sha256,
    mime: 'audio/ogg',
    kind: 'clip',
    title: `Mục ${index}`,
    themes: [],
    approvedBy: 'Lan',
    durationMs,
    role: 'item',
    gainDb: 0,
    fallback: null,
    schedule: SCHEDULE,
  })),
  because: { schedules: [SCHEDULE], priority: 'normal', overrode: [], breaks: [] },
  ...change,
})

/** Leaves a time to a device that it can carry over (with TRUST_SYSTEM_CLOCK). */
export const knowTheTime = (folder: string) => {
  const at = Date.now() - 3_600_000
  writeFileSync(
    join(folder, 'clock.json'),
    JSON.stringify({ serverTime: at, systemAhead: 0, errorMs: 5, bootId: 'before', uptime: 1 }),
  )
}

/**
 * The folder of a player that enrolled, took a signed manifest with one plan for every day, has all
 * media, and has lost its network since.
 * @param startsAt the first instant of the first day; days are 24 hours of UTC
 */
export const deviceFolder = (
  folder: string,
  {
    startsAt,
    days,
    items,
    segments,
    relayHosts = [],
    // Nobody listens there.
    server = 'http://127.0.0.1:9',
  }: {
    startsAt: number
    days: number
    items: readonly Clip[]
    segments: readonly Segment[]
    relayHosts?: string[]
    server?: string
  },
) => {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  const spki = publicKey.export({ type: 'spki', format: 'der' }).toString('base64')
  const trustedKeys = [{ keyid: 'office', publicKey: spki }]
  const channels: Channel[] = ['audio']
  const plan: DayPlan = {
    v: 1,
    channel: 'audio',
    segments: [...segments],
    withheld: [],
    ceilings: [],
    blank: [],
  }
  const planText = JSON.stringify(plan)
  const manifest: Manifest = {
    v: 1,
    deviceId: DEVICE,
    revision: 1,
    issuedAt: startsAt,
    playUntil: startsAt + days * DAY_MS,
    device: {
      name: 'Loa',
      area: { id: AREA, code: '1', path: ['Xã'] },
      timeZone: 'UTC',
      channels,
      canvas: null,
    },
    days: Array.from({ length: days }, (_, index) => ({
      date: new Date(startsAt + index * DAY_MS).toISOString().slice(0, 10),
      startsAt: startsAt + index * DAY_MS,
      plans: { audio: sha(planText) },
    })),
    media: items.map(({ path, sha256 }) => ({
      sha256,
      bytes: statSync(path).size,
      mime: 'audio/ogg',
    })),
    relayHosts,
  }
  /** A manifest as the office would send it. */
  const seal = (content: Manifest): Envelope => {
    const payload = Buffer.from(JSON.stringify(content))
    const sig = sign(null, signedBytes(MANIFEST_TYPE, payload), privateKey).toString('base64')
    return {
      payloadType: MANIFEST_TYPE,
      payload: payload.toString('base64'),
      signatures: [{ keyid: 'office', sig }],
    }
  }
  const envelope = seal(manifest)
  mkdirSync(join(folder, 'media'), { recursive: true })
  mkdirSync(join(folder, 'plans'), { recursive: true })
  for (const { path, sha256 } of items) copyFileSync(path, join(folder, 'media', sha256))
  writeFileSync(join(folder, 'plans', sha(planText)), planText)
  const enrolment: EnrolAnswer = {
    deviceId: DEVICE,
    name: 'Loa',
    channels,
    canvas: null,
    trustedKeys,
    keysVersion: 0,
    ledgerKey: toLedgerKey(generateKeyPairSync('ed25519').privateKey).cosignaturesKey,
    ledgerSeals: false,
  }
  const identity = { server, deviceKey: pemOf(), journalKey: pemOf(), enrolment }
  replaceFile(join(folder, 'identity.json'), JSON.stringify(identity))
  const pinned = {
    deviceId: DEVICE,
    channels,
    keys: trustedKeys,
    revoked: [],
    keysVersion: 0,
    keysHead: null,
    applied: undefined,
  }
  const applied = { revision: 1, payload: envelope.payload }
  openTrustStore(folder, pinned).save({ ...pinned, applied }, envelope)
  return { manifest, plan, planText, seal }
}
