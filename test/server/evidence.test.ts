import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import pino from 'pino'
import { describe, expect, onTestFinished, test } from 'vitest'
import { leafHash, openNote, provesInclusion, readDayLeaf, verifierKey } from '#evidence'
import { dateAt, startOfDay } from '#playlists'
import { type DeviceId, type PlayProof, POST_TYPE } from '#protocol'
import { alertsOf } from '../../server/evidence/alerts.ts'
import { proveRecord } from '../../server/evidence/play-proof.ts'
import { createTimestampAuthority } from '../../server/evidence/timestamp.ts'
import { closeMissedDays } from '../../server/jobs/close-days.ts'
import type { Scope } from '../../server/store/areas.ts'
import { openSqlite } from '../../server/store/open-database.ts'
import { createStore } from '../../server/store/store.ts'
import { aJournal, aPlay } from '../support/builders.ts'
import { engines } from '../support/engines.ts'
import { aBatch, aLedgerKey } from '../support/evidence.ts'
import { needs } from '../support/needs.ts'
import { planPlays } from '../support/planned.ts'
import { aProvince, dayAt } from '../support/province.ts'
import { startServer, withAreas } from '../support/server.ts'
import { enrolDevice, newKey } from '../support/stranger.ts'
import { tempFolder } from '../support/temp-folder.ts'

const log = pino({ level: 'silent' })

/** An enrolled device that speaks HTTP only. */
const enrolled = async () => {
  const { url, folder } = await startServer()
  const { admin, areas } = await withAreas(url)
  const {
    deviceId: id,
    deviceKey,
    journalKey,
    ledgerKey,
  } = await enrolDevice(admin, areas['30964'])
  const deviceId = id as DeviceId
  const other = await openSqlite(join(folder, 'data'))
  onTestFinished(() => other.close())
  const store = createStore(other.db)
  const post = (batch: unknown, key = deviceKey, id: string = deviceId) => {
    const body = Buffer.from(JSON.stringify(batch))
    return admin.send('POST', '/api/player/records', body, {
      'content-type': 'application/json',
      cookie: '',
      authorization: `Device ${id} ${key.sign(POST_TYPE, body)}`,
    })
  }
  return { url, folder, admin, deviceId, deviceKey, journalKey, post, ledgerKey, store }
}

describe('records over HTTP', () => {
  test('are taken like those over the socket, from the device alone', async () => {
    const { admin, deviceId, journalKey, post, ledgerKey, store } = await enrolled()
    const plays = [0, 1, 2].map((minute) => {
      const plannedStartAt = aPlay().plannedStartAt + minute * 60_000
      return aPlay({ plannedStartAt, plannedEndAt: plannedStartAt + 60_000 })
    })
    await planPlays(store, [deviceId], plays)
    const journal = aJournal(
      plays.map((play) => ({ kind: 'play' as const, play })),
      { deviceId },
    )
    const batch = aBatch(journal, 0, { deviceId, key: journalKey })
    expect((await post(batch, newKey())).json.code).toBe('signature-wrong')
    expect((await post(batch, undefined, 'x')).json.code).toBe('device-unknown')
    expect((await post({ ...batch, from: -1 })).status).toBe(400)
    const altered = { ...batch, records: batch.records.toReversed() }
    expect((await post(altered)).json.code).toBe('signature-wrong')

    const { status, json } = await post(batch)
    expect(status).toBe(200)
    expect(json).toMatchObject({ next: 3, verdicts: ['stored', 'stored', 'stored'] })
    expect(openNote(json.note as unknown as string, ledgerKey)?.at).toBeTypeOf('number')
    expect((await post(batch)).json.verdicts).toEqual(['duplicate', 'duplicate', 'duplicate'])
    expect((await admin.get('/api/plays')).json.total).toBe(3)
  })

  test('a play can be proved to a stranger, through the device’s tree up to the day’s root', async () => {
    const { url, admin, deviceId, journalKey, post } = await enrolled()
    const events = Array.from({ length: 20 }, () => ({ kind: 'play' as const, play: aPlay() }))
    const journal = aJournal(events, { deviceId })
    await post(aBatch(journal, 0, { deviceId, key: journalKey }))
    const path = `/api/plays/${deviceId}/0/13/proof`
    const proof = (await admin.get(path)).json as unknown as PlayProof
    const bytes = (base64: string) => Buffer.from(base64, 'base64')
    expect(proof.record).toBe(journal[13])
    expect(proof.day).toBeNull()
    expect(
      provesInclusion(
        leafHash(proof.record),
        13,
        proof.size,
        proof.path.map(bytes),
        bytes(proof.root),
      ),
    ).toBe(true)
    const origin = `loabang/device/${deviceId}/0`
    const signed = openNote(proof.note, verifierKey(origin, proof.journalKey))
    expect(signed?.text).toBe(`${origin}\n20\n${proof.root}\n`)

    expect((await admin.get(`/api/plays/${deviceId}/0/20/proof`)).status).toBe(404)
    const { json: evidence } = await admin.get(`/api/devices/${deviceId}/evidence`)
    expect(evidence).toMatchObject({
      journals: [{ epoch: 0, size: 20, note: proof.note }],
      incidents: [],
    })
    expect((await fetch(url + path)).status).toBe(401)
  })
})

describe.each(Object.entries(engines))('days closed on %s', (_name, open) => {
  test('[DR1] every day gets a root, silent days and missed ones too, each naming the one before', async () => {
    const { db, close } = await open()
    onTestFinished(() => close())
    const store = createStore(db)
    const key = aLedgerKey()
    const zone = 'Asia/Ho_Chi_Minh'
    const at = (day: number) => dayAt(day).at + 720_000
    const run = (day: number) =>
      closeMissedDays({ store, key, authority: undefined, timeZone: zone, log, now: () => at(day) })
    expect(await run(1)).toEqual(['2024-11-11'])
    expect(await run(1)).toEqual([])
    // The server slept for three nights.
    expect(await run(5)).toEqual(['2024-11-12', '2024-11-13', '2024-11-14', '2024-11-15'])
    const days = await Promise.all(
      (await store.evidence.dates('2024-11-01', '2024-11-30')).map((date) =>
        store.evidence.day(date),
      ),
    )
    for (const [index, day] of days.entries()) {
      const opened = openNote(day?.note ?? '', key.notesKey)
      expect(opened?.text.startsWith(`loabang/day/${day?.date}\n0\n${day?.root}\n`)).toBe(true)
      const before = days[index - 1]
      if (before) expect(opened?.text).toContain(`previous ${before.date} ${before.root}\n`)
    }
  })

  test('[DR2] an enrolled device stands in every root, also before it has sent anything', async () => {
    const { db, close } = await open()
    onTestFinished(() => close())
    const store = createStore(db)
    const area = await store.areas.importTree({ code: '1', name: 'Xã', kind: 'commune' }, null, {
      timeZone: 'Asia/Ho_Chi_Minh',
      validFrom: '2024-01-01',
    })
    const id = await store.devices.add(
      { name: 'Loa', areaId: area.id, channels: ['audio'], canvas: null },
      1,
    )
    await store.devices.addEnrolmentCode(id, 'hash', 9e15)
    await store.devices.enrol('hash', { deviceKey: 'a2V5', journalKey: 'a2V5' }, 1)
    const key = aLedgerKey()
    await closeMissedDays({
      store,
      key,
      authority: undefined,
      timeZone: 'UTC',
      log,
      now: () => dayAt(1).at,
    })
    const day = await store.evidence.lastDay()
    expect(readDayLeaf(day?.leaves ?? '')).toMatchObject({ deviceId: id, epoch: 0, size: 0 })
  })
})

describe.each(Object.entries(engines))('the proof of one record on %s', (_name, open) => {
  test('[PP1] leads from the record to its device’s root and on to the root of its day', async () => {
    const { db, close } = await open()
    onTestFinished(() => close())
    const store = createStore(db)
    const key = aLedgerKey()
    // More than one tile of 256 hashes, so that paths come from tiles and from records alike.
    const journals = await aProvince(store, key, { devices: 3, days: 4, playsPerDay: 150 })
    const bytes = (base64: string) => Buffer.from(base64, 'base64')
    for (const [deviceId, journal] of journals) {
      for (const seq of [0, 1, 150, 151, 255, 256, 300, 452, 603]) {
        const proof = await proveRecord(store, key, 'https://x', { deviceId, epoch: 0, seq })
        expect(proof.record).toBe(journal[seq])
        const { size, root, day } = proof
        expect([size, day?.evidence.date]).toEqual([
          (Math.floor(seq / 151) + 1) * 151,
          dayAt(Math.floor(seq / 151)).date,
        ])
        const path = proof.path.map(bytes)
        expect(provesInclusion(leafHash(proof.record), seq, size, path, bytes(root))).toBe(true)
        expect(openNote(proof.note, proof.ledgerKey)?.text).toContain(`\n${size}\n${root}\n`)
        expect(day?.leaf).toContain(`${deviceId} 0 ${size} ${root} `)
        const { evidence, leaf = '', index = -1, path: up = [] } = day ?? {}
        expect(
          provesInclusion(
            leafHash(leaf),
            index,
            evidence?.size ?? 0,
            up.map(bytes),
            bytes(evidence?.root ?? ''),
          ),
        ).toBe(true)
      }
    }
  })
})

/** An authority of one's own: openssl answers, as `openssl ts` does for who runs one. */
const startAuthority = async () => {
  const folder = tempFolder()
  const path = (name: string) => join(folder, name)
  const openssl = (...args: string[]) =>
    execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' })
  writeFileSync(
    path('tsa.cnf'),
    `[req]
distinguished_name = dn
[dn]
[v3]
basicConstraints = critical,CA:TRUE
extendedKeyUsage = critical,timeStamping
[tsa]
default_tsa = t
[t]
dir = ${folder}
serial = ${path('serial')}
signer_cert = ${path('tsa.pem')}
signer_key = ${path('tsa.key')}
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
ess_cert_id_alg = sha256
`,
  )
  writeFileSync(path('serial'), '01')
  openssl('ecparam', '-name', 'prime256v1', '-genkey', '-noout', '-out', 'tsa.key')
  openssl(
    'req',
    '-new',
    '-x509',
    '-key',
    'tsa.key',
    '-out',
    'tsa.pem',
    '-days',
    '30',
    '-subj',
    '/CN=TSA',
    '-config',
    'tsa.cnf',
    '-extensions',
    'v3',
  )
  let answer = (query: string): Uint8Array => {
    openssl('ts', '-reply', '-config', 'tsa.cnf', '-queryfile', query, '-out', 'answer.tsr')
    return readFileSync(path('answer.tsr'))
  }
  const http = createServer(async (request, response) => {
    const parts: Buffer[] = []
    for await (const part of request) parts.push(part as Buffer)
    writeFileSync(path('query.tsq'), Buffer.concat(parts))
    response.writeHead(200, { 'content-type': 'application/timestamp-reply' })
    response.end(answer('query.tsq'))
  })
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void http.close())
  return {
    url: `http://127.0.0.1:${(http.address() as AddressInfo).port}`,
    caFile: path('tsa.pem'),
    folder,
    answerWith: (bytes: Uint8Array) => {
      answer = () => bytes
    },
  }
}

describe('time stamps by an authority (RFC 3161)', needs('openssl'), () => {
  test('[TS1] a day’s root is stamped, and the stamp is of just that root', async () => {
    const { url, caFile, folder } = await startAuthority()
    const { db, close } = await engines.sqlite()
    onTestFinished(() => close())
    const store = createStore(db)
    await closeMissedDays({
      store,
      key: aLedgerKey(),
      authority: createTimestampAuthority(url, caFile),
      timeZone: 'Asia/Ho_Chi_Minh',
      log,
      now: () => dayAt(1).at,
    })
    const day = await store.evidence.lastDay()
    const token = Buffer.from(day?.timestamp ?? '', 'base64')
    expect(
      token.includes(
        createHash('sha256')
          .update(day?.note ?? '')
          .digest(),
      ),
    ).toBe(true)
    writeFileSync(join(folder, 'x.note'), day?.note ?? '')
    writeFileSync(join(folder, 'x.tsr'), token)
    const said = execFileSync(
      'openssl',
      ['ts', '-verify', '-data', 'x.note', '-in', 'x.tsr', '-CAfile', caFile],
      { cwd: folder, encoding: 'utf8', stdio: 'pipe' },
    )
    expect(said).toContain('OK')
  })

  test('[TS2] an old answer, another authority and garbage are not taken; the day is an alert, and asked for again', async () => {
    const real = await startAuthority()
    const other = await startAuthority()
    const ask = (url: string, caFile: string) =>
      createTimestampAuthority(url, caFile).stamp('note\n')
    const good = Buffer.from(await ask(real.url, real.caFile), 'base64')
    await expect(ask(real.url, other.caFile)).rejects.toThrow()
    // The same answer again lacks the nonce of the new question.
    real.answerWith(good)
    await expect(ask(real.url, real.caFile)).rejects.toThrow()
    real.answerWith(Buffer.from('garbage'))
    await expect(ask(real.url, real.caFile)).rejects.toThrow()
    const { db, close } = await engines.sqlite()
    onTestFinished(() => close())
    const store = createStore(db)
    const deps = { store, key: aLedgerKey(), timeZone: 'UTC', log, now: () => dayAt(1).at }
    const alerts = async (isStamped: boolean, scope: Scope = 'everywhere', later = 0) => {
      const known = { uncompiled: new Map(), isStamped }
      const found = await alertsOf(store, scope, deps.now() + later, 'UTC', known)
      return found.filter(({ kind }) => kind === 'unstamped')
    }
    await closeMissedDays({ ...deps, authority: createTimestampAuthority(real.url, real.caFile) })
    expect((await store.evidence.lastDay())?.timestamp).toBeNull()
    const since = startOfDay(dateAt(deps.now(), 'UTC'), 'UTC')
    expect(await alerts(true)).toMatchObject([{ deviceId: null, count: 1, since }])
    expect(await alerts(false)).toEqual([])
    expect(await alerts(true, [])).toEqual([])
    expect(await alerts(true, 'everywhere', 8 * 86_400_000)).toEqual([])
    await closeMissedDays({ ...deps, authority: createTimestampAuthority(other.url, other.caFile) })
    expect((await store.evidence.lastDay())?.timestamp).not.toBeNull()
    expect(await alerts(true)).toEqual([])
  })
})
