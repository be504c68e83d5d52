import { join } from 'node:path'
import pino from 'pino'
import { describe, expect, onTestFinished, test } from 'vitest'
import { checkArchive, checkExport } from '#evidence'
import type { AreaId, AreaTree, DeviceId, Play } from '#protocol'
import { writeArchive } from '../../server/archive/write-archive.ts'
import { closeDay } from '../../server/evidence/day-root.ts'
import { writeExport } from '../../server/evidence/write-export.ts'
import { createStateDays } from '../../server/jobs/state-days.ts'
import { createStore } from '../../server/store/store.ts'
import { aPlay, DEVICE, sha } from '../support/builders.ts'
import { engines } from '../support/engines.ts'
import { aBatch, aLedgerKey, anArrival } from '../support/evidence.ts'
import { planPlays } from '../support/planned.ts'
import { DAY_MS, dayAt, FIRST_DAY } from '../support/province.ts'
import { AREAS } from '../support/server.ts'
import { tempFolder } from '../support/temp-folder.ts'

const MORNING = FIRST_DAY + 5 * 3_600_000

/** Records as the bytes that a device writes, chained, each as odd as a test wants it. */
const chained = (records: readonly object[], deviceId = DEVICE): string[] => {
  let prev = '0'.repeat(64)
  return records.map((record, seq) => {
    const at = MORNING + seq * 60_000
    const clock = { grade: 'synced', errorMs: 1 }
    const bytes = JSON.stringify({ v: 1, deviceId, epoch: 0, seq, prev, at, clock, ...record })
    prev = sha(bytes)
    return bytes
  })
}

const playAt = (seq: number, change: object = {}): { event: { kind: 'play'; play: Play } } => {
  const at = MORNING + seq * 60_000
  const times = { plannedStartAt: at, plannedEndAt: at + 10_000, startAt: at, endAt: at + 10_000 }
  return { event: { kind: 'play', play: aPlay({ ...times, ...change }) } }
}

/** What calls itself a play and cannot be read as one. */
const NO_PLAYS: readonly object[] = [
  { event: { kind: 'play', play: {} } },
  { event: { kind: 'play', play: null } },
  { event: { kind: 'play' } },
  { event: { kind: 'play', play: [] } },
  { event: { kind: 'play', play: 'x' } },
  playAt(5, { area: undefined }),
  playAt(6, { area: [] }),
  playAt(7, { area: { id: 'x', code: 'x', path: 'x' } }),
  playAt(8, { themes: [null] }),
  playAt(9, { themes: 'x' }),
  playAt(10, { asset: null }),
  playAt(11, { plannedStartAt: 8_640_000_000_000_000 }),
  playAt(12, { plannedStartAt: 9_007_199_254_740_991 }),
  playAt(13, { plannedStartAt: 1e300 }),
  playAt(14, { plannedStartAt: 'x' }),
  playAt(15, { plannedStartAt: 0 }),
  playAt(16, { plannedEndAt: MORNING }),
  playAt(17, { playedMs: 86_400_000_000_000 }),
  playAt(18, { startErrorMs: 1e300 }),
  { ...playAt(19), clock: null },
  { ...playAt(20), at: 8_640_000_000_000_000 },
  { ...playAt(21), at: 9_007_199_254_740_991 },
  { ...playAt(22), at: 'x' },
  { ...playAt(23), at: -1 },
  { event: { kind: 'boot', software: 'x', clean: true }, at: 8_640_000_000_000_000 },
  { event: { kind: 'of-a-later-version' }, at: 8_640_000_000_000_000 },
]

/** Texts that are odd, and no reason to take a play for none. */
const TEXTS = [
  'Dòng một\nDòng hai',
  'Dòng một\r\nDòng hai\r',
  'một\u2028hai\u2029ba',
  'nửa \ud83d ký tự',
  '=1+1',
  '"a",b',
]

describe.each(Object.entries(engines))('records that a device made up, on %s', (_name, open) => {
  const anOffice = async () => {
    const opened = await open()
    onTestFinished(() => opened.close())
    return { store: createStore(opened.db), key: aLedgerKey(), db: opened.db }
  }

  test('are stored as what they are: unreadable, no play of anybody, and no reason to lose the others', async () => {
    const { store, key } = await anOffice()
    const journal = chained([...NO_PLAYS, playAt(NO_PLAYS.length)])
    const acks = await store.journal.append(
      [anArrival(aBatch(journal, 0))],
      (note) => key.cosign(note, MORNING),
      MORNING + DAY_MS,
    )
    expect(acks[0]?.verdicts).toEqual([...NO_PLAYS.map(() => 'unreadable'), 'stored'])
    const all = { scope: 'everywhere' as const }
    expect((await store.plays.page(all, undefined, 100)).total).toBe(1)
    // Every day that they ask to be reconciled is a day of the calendar.
    const due = await store.statements.due(Number.MAX_SAFE_INTEGER, 100)
    expect(due.map(({ date }) => date)).toEqual([dayAt(0).date])
  })

  test('keep no export and no archive from being written: they are in it, and said to be unknown', async () => {
    const { store, key } = await anOffice()
    const journal = chained([...NO_PLAYS, playAt(NO_PLAYS.length)])
    const at = dayAt(1).at + 600_000
    await store.journal.append([anArrival(aBatch(journal, 0))], (note) => key.cosign(note, at), at)
    await closeDay(store, key, dayAt(0).date, at + 60_000)
    const folder = join(tempFolder(), 'export')
    const all = {
      from: null,
      to: null,
      themeIds: null,
      areaIds: null,
      channel: null,
      outcome: null,
    }
    const { records, plays } = await writeExport({ store, key }, folder, {
      selection: { deviceIds: [DEVICE], ...all },
      days: { from: dayAt(0).date, to: dayAt(9).date },
      isWhole: true,
      at,
    })
    const { verdict, contradictions, unknowns, rows } = checkExport(folder)
    expect([verdict, contradictions]).toEqual(['UNKNOWN', []])
    expect(records).toBe(journal.length)
    expect(rows).toBe(plays)
    for (const seq of [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 13, 14])
      expect(unknowns).toContain(
        `${DEVICE}/0/${seq}: the device wrote a play here that cannot be read`,
      )

    const archives = join(tempFolder(), 'archives')
    const deps = { store, key, timeZone: 'Asia/Ho_Chi_Minh', now: () => at }
    await writeArchive(deps, archives, '2024-11', true)
    const archived = await checkArchive(join(archives, '2024-11'))
    expect([archived.verdict, archived.contradictions]).toEqual(['UNKNOWN', []])
  })

  test('titles and names of two lines, or with half a character, make an honest export no contradiction', async () => {
    const { store, key } = await anOffice()
    const journal = chained(
      TEXTS.flatMap((text, index) => [
        playAt(3 * index, { asset: { ...aPlay().asset, title: text } }),
        playAt(3 * index + 1, { schedule: text, device: text, approvedBy: text }),
        playAt(3 * index + 2, { area: { ...aPlay().area, path: ['Tỉnh', text] } }),
      ]),
    )
    const at = dayAt(1).at + 600_000
    await store.journal.append([anArrival(aBatch(journal, 0))], (note) => key.cosign(note, at), at)
    await closeDay(store, key, dayAt(0).date, at + 60_000)
    const folder = join(tempFolder(), 'export')
    const all = { themeIds: null, areaIds: null, channel: null, outcome: null }
    await writeExport({ store, key }, folder, {
      selection: { deviceIds: [DEVICE], from: null, to: null, ...all },
      days: { from: dayAt(0).date, to: dayAt(9).date },
      isWhole: true,
      at,
    })
    const { verdict, contradictions, unknowns, rows } = checkExport(folder)
    expect({ verdict, contradictions, unknowns, rows }).toEqual({
      ...{ verdict: 'OK', contradictions: [], unknowns: [], rows: 3 * TEXTS.length },
    })
    const archives = join(tempFolder(), 'archives')
    const deps = { store, key, timeZone: 'Asia/Ho_Chi_Minh', now: () => at }
    await writeArchive(deps, archives, '2024-11', true)
    const archived = await checkArchive(join(archives, '2024-11'))
    // Of the rest of the month nothing is known.
    expect([archived.contradictions, archived.rows]).toEqual([[], 3 * TEXTS.length])
  })

  test('one day that cannot be reconciled keeps no other waiting; it is an alert until it can be', async () => {
    const { store, db } = await anOffice()
    await store.areas.importTree(AREAS.tree as AreaTree, null, {
      ...{ timeZone: 'Asia/Ho_Chi_Minh', validFrom: '2024-01-01' },
    })
    const areaId = (await store.areas.list()).find(({ code }) => code === '30964')?.id as AreaId
    const add = async (name: string) => {
      const device = { name, areaId, channels: ['audio' as const], canvas: null }
      const id = await store.devices.add(device, MORNING)
      await planPlays(store, [id], [{ ...playAt(0).event.play, device: name, schedule: name }])
      return id
    }
    const [bad, good] = [await add('Loa hỏng'), await add('Loa tốt')]
    const plans = await db.selectFrom('day_plan').selectAll().execute()
    const broken = plans.find(({ body }) => body.includes('Loa hỏng'))
    if (!broken) throw new Error('there is no plan')
    const setBody = (body: string) =>
      db.updateTable('day_plan').set({ body }).where('sha256', '=', broken.sha256).execute()
    await setBody(broken.body.slice(0, 40))
    let now = MORNING + DAY_MS
    const stateDays = createStateDays({
      ...{ store, timeZone: 'Asia/Ho_Chi_Minh', now: () => now, onStated() {} },
      log: pino({ level: 'silent' }),
    })
    onTestFinished(() => stateDays.close())
    const alerts = () => store.deviceAlerts.unreconciled('everywhere', 10)
    const stated = async (deviceId: DeviceId) =>
      (await store.missing.missing({ scope: 'everywhere', deviceId }, undefined, 10)).items.length
    /** Each day has the next one looked at. */
    const work = async () => {
      for (let day = 0; day < 4; day++) await stateDays.work()
    }
    await work()
    expect([await stated(good), await stated(bad)]).toEqual([1, 0])
    expect(await alerts()).toMatchObject([{ deviceId: bad, device: 'Loa hỏng' }])
    await setBody(broken.body)
    now += 2 * 3_600_000
    await work()
    expect(await stated(bad)).toBe(1)
    expect(await alerts()).toEqual([])
  })
})
