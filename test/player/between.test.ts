import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { DeviceStatus, Welcome } from '#protocol'
import { askServer } from '../../player/identity/ask-server.ts'
import { enrol } from '../../player/identity/identity.ts'
import { startBetween } from '../support/between.ts'
import { eventsOf, journalOf, startPlayerProcess } from '../support/player-process.ts'
import { startServer, withAreas } from '../support/server.ts'
import { tempFolder } from '../support/temp-folder.ts'
import { until } from '../support/until.ts'

/** The real server, the real player in a process of its own, and somebody without a key between them. */
const world = async () => {
  const server = await startServer()
  const { admin, areas } = await withAreas(server.url)
  const device = { name: 'Loa', areaId: areas['30964'], channels: ['audio'], canvas: null }
  const id = (await admin.post('/api/devices', device)).json.id as string
  const { code } = (await admin.post(`/api/devices/${id}/enrolment-codes`)).json
  const between = await startBetween(server.url)
  const folder = join(tempFolder(), 'player')
  await enrol(folder, between.url, String(code), (keys) =>
    askServer(between.url, { code: String(code), software: 'test', ...keys }),
  )
  const live = async () =>
    (await admin.get('/api/devices')).json.find(
      (one) => (one.device as { id: string }).id === id,
    ) as unknown as { online: boolean; status: DeviceStatus | null }
  const isSynced = async () => (await live()).status?.clock.grade === 'synced'
  const command = (name: string) => admin.post(`/api/devices/${id}/commands`, { name })
  const evidence = async () =>
    (await admin.get(`/api/devices/${id}/evidence`)).json as unknown as {
      journals: { epoch: number; size: number }[]
      incidents: unknown[]
    }
  const isAllSent = async () => (await live()).status?.unsentRecords === 0
  const alerts = async () =>
    ((await admin.get('/api/alerts')).json as unknown as { kind: string }[]).map(({ kind }) => kind)
  return { ...between, folder, id, admin, live, isSynced, isAllSent, command, evidence, alerts }
}

const forgedJournal = { epoch: 0, next: 999_999, head: 'f'.repeat(64), note: null }

describe('somebody between a device and its server, without any key', () => {
  test('cannot make it begin a new epoch, let go of a record, or send one twice', async () => {
    const w = await world()
    const player = startPlayerProcess(w.folder)
    await until(w.isSynced)
    for (const name of ['mute', 'unmute', 'mute', 'unmute']) await w.command(name)
    await until(w.isAllSent)
    const before = journalOf(w.folder).length

    let kept = 0
    w.change.answers = (event, got) => {
      if (event === 'records') {
        kept += 1
        return undefined
      }
      if (event === 'hello') return { ...(got as object), journal: forgedJournal }
      return got
    }
    await w.command('mute')
    await w.command('unmute')
    await until(() => kept > 0)
    // What the server really holds is in the seal of the next welcome, whatever is said beside it.
    await until(w.isAllSent)
    // Without the seal, and as a server of version 1 would speak.
    w.change.fromServer = (event, said) =>
      event === 'challenge' ? { ...(said as object), v: 1 } : said
    w.change.answers = (event, got) => {
      const { seal: _, ...unsealed } = got as Extract<Welcome, { ok: true }>
      if (event === 'hello') return { ...unsealed, journal: forgedJournal }
      if (event === 'records') kept += 1
      return event === 'records' ? { ...forgedJournal, verdicts: [] } : got
    }
    const lately = kept
    // The connection that stands was welcomed before: the device gives it up, as nothing is acknowledged.
    await w.command('mute')
    await until(() => kept >= lately + 3)
    await until(() => eventsOf(w.folder, 'distrust').some(({ what }) => what === 'welcome'))
    expect(journalOf(w.folder).length).toBeGreaterThan(before)
    expect(new Set(journalOf(w.folder).map(({ epoch }) => epoch))).toEqual(new Set([0]))

    w.change.answers = undefined
    w.change.fromServer = undefined
    await until(w.isAllSent, 120)
    const { journals, incidents } = await w.evidence()
    expect(incidents).toEqual([])
    expect(journals).toMatchObject([{ epoch: 0 }])
    expect(journals).toHaveLength(1)
    await player.stop()
    const own = journalOf(w.folder)
    expect(own.map(({ seq }) => seq)).toEqual(own.map((_, index) => index))
    expect(await w.alerts()).toContain('unproved')
  })

  test('does not set its clock, neither with other numbers nor with answers to other questions', async () => {
    const w = await world()
    const startPlayer = () => startPlayerProcess(w.folder)
    let sixHours = 0
    const ahead = (said: { receivedAt: number; sentAt: number }) => ({
      ...said,
      receivedAt: said.receivedAt + sixHours,
      sentAt: said.sentAt + sixHours,
    })
    let replayed: unknown
    let way: 'numbers' | 'unsealed' | 'huge' | 'replayed' = 'numbers'
    w.change.answers = (event, got) => {
      if (event !== 'clock') return got
      const { seal, ...said } = got as { seal: unknown; receivedAt: number; sentAt: number }
      replayed ??= got
      if (sixHours === 0) return got
      if (way === 'numbers') return { ...ahead(said), seal }
      if (way === 'unsealed') return ahead(said)
      if (way === 'huge') return { receivedAt: 1e300, sentAt: 1e300 }
      return replayed
    }
    const player = startPlayer()
    await until(w.isSynced)
    sixHours = 6 * 3_600_000
    for (const attempt of ['numbers', 'unsealed', 'huge', 'replayed'] as const) {
      way = attempt
      // A new connection asks for the time eight times at once.
      const before = w.connections()
      await w.command('restart')
      await until(() => w.connections() > before, 60)
      await until(async () => (await w.live()).status !== null && (await w.live()).online, 60)
      await until(() => eventsOf(w.folder, 'boot').length >= before)
      await new Promise((resolve) => setTimeout(resolve, 1_500))
    }
    await until(() => eventsOf(w.folder, 'distrust').some(({ what }) => what === 'time'))
    await player.stop()
    for (const { at } of journalOf(w.folder))
      expect(Math.abs(at - Date.now())).toBeLessThan(300_000)
    expect(eventsOf(w.folder, 'clock').filter(({ what }) => what === 'stepped')).toEqual([])
  })

  test('a device that enrolled with an older server believes no unsealed word once a seal has fitted', async () => {
    const w = await world()
    const path = join(w.folder, 'identity.json')
    const identity = JSON.parse(readFileSync(path, 'utf8'))
    identity.enrolment.ledgerSeals = undefined
    writeFileSync(path, JSON.stringify(identity))
    const unsealed = (event: string, got: unknown) => {
      if (event !== 'hello' && event !== 'clock') return got
      const { seal: _, ...rest } = got as { seal: unknown }
      return event === 'hello' ? { ...rest, journal: { ...forgedJournal } } : rest
    }
    // As long as no seal was seen, and no manifest that promises them, it may be an old server: its time
    // is taken, its claims are not.
    w.change.answers = unsealed
    w.change.fromServer = (event, said) => (event === 'desired' ? undefined : said)
    const first = startPlayerProcess(w.folder)
    await until(() => eventsOf(w.folder, 'clock').some(({ what }) => what === 'synced'))
    await first.stop()
    expect(new Set(journalOf(w.folder).map(({ epoch }) => epoch))).toEqual(new Set([0]))

    w.change.answers = undefined
    const second = startPlayerProcess(w.folder)
    await until(w.isSynced)
    await second.stop()

    w.change.answers = unsealed
    const third = startPlayerProcess(w.folder)
    await until(() => eventsOf(w.folder, 'distrust').some(({ what }) => what === 'time'))
    await third.stop()
  })

  test('a server of the version before seals nothing: the time is taken, and records are sent', async () => {
    const w = await world()
    const path = join(w.folder, 'identity.json')
    const identity = JSON.parse(readFileSync(path, 'utf8'))
    identity.enrolment.ledgerSeals = undefined
    writeFileSync(path, JSON.stringify(identity))
    const hellos: unknown[] = []
    w.change.fromServer = (event, said) => {
      if (event === 'desired') return undefined
      return event === 'challenge' ? { ...(said as object), v: 1 } : said
    }
    w.change.fromPlayer = (event, said) => {
      if (event === 'hello') hellos.push((said as { v: number }).v)
      // A server of version 1 drops a question for the time that says anything.
      return event === 'clock' ? undefined : said
    }
    w.change.answers = (_event, got) => {
      const { seal: _, ...rest } = got as { seal?: unknown }
      return rest
    }
    const player = startPlayerProcess(w.folder)
    await until(w.isSynced)
    await until(w.isAllSent)
    await player.stop()
    expect(hellos).toEqual([1])
    expect(eventsOf(w.folder, 'distrust')).toEqual([])
  })
})
