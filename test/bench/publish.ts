import { generateKeyPairSync, sign } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { MANIFEST_TYPE, type Schedule, type ScheduleId, signedBytes } from '#protocol'
import { confirmedOf } from '../support/office.ts'
import { person } from '../support/server.ts'
import { atMost, percentile, type Report, reportOf, rounded } from './report.ts'
import { now, PASSWORD, startPlayers, startRaw, startServer } from './rig.ts'
import { makeWorld } from './world.ts'

const PLAYERS = 2_000
const TOUCHED = 100
const EDITS = 25
const WIDE_EDITS = 6
const SETTLE_MS = 1_000

type Panel = ReturnType<typeof person>

/** Louder or softer by one: the smallest thing that an operator changes. */
const edit = async (panel: Panel, id: ScheduleId): Promise<number> => {
  const { json } = await panel.get(`/api/schedules/${id}`)
  const { id: _id, ...schedule } = json as unknown as Schedule
  const volume = schedule.volume === 80 ? 81 : 80
  const editedAt = now()
  const saved = await panel.send('PUT', `/api/schedules/${id}?accept=conflicts`, {
    ...schedule,
    volume,
  })
  if (saved.status !== 200) throw new Error(saved.text)
  return editedAt
}

/** @returns how long its impact took, which somebody reads before the order to publish is given */
const publishAll = async (panel: Panel): Promise<number> => {
  const askedAt = now()
  const { json } = await panel.get('/api/draft/impact')
  const shownMs = now() - askedAt
  const published = await panel.post('/api/publications', confirmedOf(json))
  if (published.status !== 201) throw new Error(published.text)
  return shownMs
}

/** Bare Ed25519 over as many bytes, as often: what signing cannot be faster than. */
const bareSigning = (bytes: number, count: number): number => {
  const { privateKey } = generateKeyPairSync('ed25519')
  const text = Buffer.alloc(bytes, 'x')
  const startedAt = now()
  for (let index = 0; index < count; index++)
    sign(null, signedBytes(MANIFEST_TYPE, text), privateKey)
  return now() - startedAt
}

/** An edit in a province of 10,000 devices: how long until those that it touches have it. */
export const publish = async (): Promise<Report> => {
  const folder = mkdtempSync(join(tmpdir(), 'loabang-bench-'))
  mkdirSync(folder, { recursive: true })
  const world = await makeWorld(folder, PLAYERS)
  let { child: server, url } = await startServer(folder)
  const kill = async () => {
    if (server.signalCode !== null) return
    const ended = new Promise((resolve) => server.once('close', resolve))
    server.kill('SIGKILL')
    await ended
  }
  const players = startPlayers()
  const raw = await startRaw()
  const rawPlayers = startPlayers()
  try {
    const panel = person(url)
    await panel.signIn('admin', PASSWORD)
    const firstAt = now()
    await publishAll(panel)
    const firstMs = now() - firstAt
    await players.order({ type: 'enrol', server: url, codes: world.codes, checksLater: true })
    await rawPlayers.order({ type: 'connect raw', url: raw.url, count: PLAYERS })
    await new Promise((resolve) => setTimeout(resolve, SETTLE_MS))

    /** One round: edit, publish, and when it was at each of the players; all without the impact. */
    const round = async (id: ScheduleId, count: number) => {
      players.reset()
      const editedAt = await edit(panel, id)
      const shownMs = await publishAll(panel)
      const since = editedAt + shownMs
      const answeredMs = now() - since
      const applied = await players.until(count, 'applied')
      const heard = await players.until(count, 'heard')
      const after = (times: readonly number[]) => times.map((at) => at - since)
      return { shownMs, answeredMs, heard: after(heard), applied: after(applied) }
    }
    const bare = async (text: string, count: number) => {
      rawPlayers.reset()
      const sentAt = now()
      const signingMs = bareSigning(text.length, count)
      raw.broadcast(text)
      const heard = await rawPlayers.until(PLAYERS, 'heard')
      return { signingMs, heard: heard.map((at) => at - sentAt) }
    }
    const size = 'x'.repeat(7_000)

    await round(world.hundred, TOUCHED)
    const narrow: Awaited<ReturnType<typeof round>>[] = []
    for (let count = 0; count < EDITS; count++) narrow.push(await round(world.hundred, TOUCHED))
    await round(world.everybody, PLAYERS)
    const wide: Awaited<ReturnType<typeof round>>[] = []
    const limit: Awaited<ReturnType<typeof bare>>[] = []
    for (let count = 0; count < WIDE_EDITS; count++) {
      wide.push(await round(world.everybody, PLAYERS))
      limit.push(await bare(size, PLAYERS))
    }
    for (const one of [players, rawPlayers]) one.kill()
    await kill()
    const killedAt = now()
    ;({ child: server, url } = await startServer(folder))
    const listensMs = now() - killedAt
    // What it holds is compiled again before it publishes: this waits for that.
    const again = person(url)
    await again.signIn('admin', PASSWORD)
    await edit(again, world.hundred)
    await publishAll(again)
    const publishesMs = now() - killedAt
    const hundredSigned = bareSigning(size.length, TOUCHED)
    const answered = narrow.map(({ answeredMs }) => answeredMs)
    const lastOf100 = narrow.map(({ heard }) => Math.max(...heard))
    const p95 = rounded(percentile(answered, 0.95))
    const among = (times: readonly number[][]) => rounded(percentile(times.flat(), 0.99))
    const p99 = among(wide.map(({ heard }) => heard))
    const shown = (rounds: typeof wide) =>
      rounded(
        percentile(
          rounds.map(({ shownMs }) => shownMs),
          0.5,
        ),
      )
    const rawP99 = percentile(
      limit.flatMap(({ heard }) => heard),
      0.99,
    )
    return reportOf('publish', {
      figures: {
        devices: world.devices,
        schedules: world.schedules,
        'connected players': PLAYERS,
        'first publication, all devices, ms': rounded(firstMs),
        'rounds of an edit that touches 100': EDITS,
        'edit → signed, committed, pushed, median ms': rounded(percentile(answered, 0.5)),
        'edit → signed, committed, pushed, p95 ms': p95,
        'edit → at the last of 100, p95 ms': rounded(percentile(lastOf100, 0.95)),
        'impact of it, shown before, median ms': shown(narrow),
        'rounds of an edit that touches 2,000': WIDE_EDITS,
        'edit → at 99 % of 2,000, ms': p99,
        'edit → checked by 99 % of 2,000 on these cores, ms': among(
          wide.map(({ applied }) => applied),
        ),
        'impact of that, shown before, median ms': shown(wide),
        'start after kill -9, until it answers, ms': rounded(listensMs),
        'start after kill -9, until an edit is published, ms': rounded(publishesMs),
      },
      limit: {
        'bare signing of 100, ms': rounded(hundredSigned),
        'bare signing and broadcast to 2,000, p99 ms': rounded(rawP99),
        'ours / raw, 2,000': rounded(p99 / rawP99, 2),
      },
      goals: [
        atMost('edit of 100 → signed, committed, pushed, p95 ms', p95, 300),
        atMost('edit of 2,000 → at 99 % / raw', rounded(p99 / rawP99, 2), 3),
      ],
    })
  } finally {
    raw.close()
    for (const one of [players, rawPlayers]) one.kill()
    await kill()
    rmSync(folder, { recursive: true, force: true })
  }
}
