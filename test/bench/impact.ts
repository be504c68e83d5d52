import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { dateAt } from '#playlists'
import type { Impact, Schedule } from '#protocol'
import { createForesight } from '../../server/programme/foresight.ts'
import { createMemory } from '../../server/programme/memory.ts'
import { withEntries } from '../../server/store/content.ts'
import { openSqlite } from '../../server/store/open-database.ts'
import { createStore } from '../../server/store/store.ts'
import { confirmedOf } from '../support/office.ts'
import { person } from '../support/server.ts'
import { statsOf } from './process-stats.ts'
import { atMost, percentile, type Report, reportOf, rounded } from './report.ts'
import { now, PASSWORD, startServer } from './rig.ts'
import { makeWorld } from './world.ts'

const COMMUNE_SCHEDULES = 889
const PROVINCE_SCHEDULES = 2
const EDITS = 5
const PLAYERS = 100

type Panel = ReturnType<typeof person>

/** Louder or softer by one, for the whole province. */
const edit = async (panel: Panel): Promise<Schedule> => {
  const all = (await panel.get('/api/schedules')).json as unknown as Schedule[]
  const found = all.find(({ name }) => name === 'Tỉnh 1')
  if (!found) throw new Error('there is no schedule of the province')
  const { id, ...schedule } = found
  const volume = schedule.volume === 80 ? 81 : 80
  const path = `/api/schedules/${id}?accept=conflicts`
  const saved = await panel.send('PUT', path, { ...schedule, volume })
  if (saved.status !== 200) throw new Error(saved.text)
  return found
}

/** The raw limit: today alone, compiled before and after the edit for each audience, and nothing else. */
const compileToday = async (folder: string): Promise<{ ms: number; audiences: number }> => {
  const { db, close } = await openSqlite(folder)
  const store = createStore(db)
  const known = await createMemory(store).look()
  const foresight = createForesight(store)
  const schedule = known.draft.schedules.find(({ name }) => name === 'Tỉnh 1') as Schedule
  const value = { ...schedule, volume: schedule.volume - 1 }
  const content = withEntries(known.draft, [{ what: 'schedule', id: schedule.id, value }])
  const started = now()
  const seen = new Set<string>()
  for (const one of [known.draft, content]) {
    const audiences = foresight.audiences(known, one)
    for (const device of known.devices.values()) {
      const audience = audiences.of(device)
      if (seen.has(audience.key)) continue
      seen.add(audience.key)
      const today = dateAt(Date.now(), audience.timeZone)
      void foresight.plans(audience, audiences.programme, today, 'audio').plan
    }
  }
  const ms = now() - started
  await close()
  return { ms, audiences: seen.size / 2 }
}

/** What one edit of the whole province costs the server until its impact is shown. */
export const impact = async (): Promise<Report> => {
  const folder = mkdtempSync(join(tmpdir(), 'loabang-bench-'))
  const world = await makeWorld(folder, PLAYERS, COMMUNE_SCHEDULES, PROVINCE_SCHEDULES)
  const { child: server, url } = await startServer(folder)
  const pid = server.pid as number
  const ended = new Promise((resolve) => server.once('close', resolve))
  try {
    const panel = person(url)
    await panel.signIn('admin', PASSWORD)
    const publishedAt = now()
    const seen = await panel.get('/api/draft/impact')
    const published = await panel.post('/api/publications', confirmedOf(seen.json))
    if (published.status !== 201) throw new Error(published.text)
    const publishMs = now() - publishedAt
    const before = statsOf(pid).rss
    const asking = new Worker(new URL('./asking-thread.ts', import.meta.url), { workerData: url })
    const took: number[] = []
    let devices = 0
    for (let count = 0; count < EDITS; count++) {
      await edit(panel)
      const askedAt = now()
      const answer = (await panel.get('/api/draft/impact')).json as unknown as Impact
      took.push(now() - askedAt)
      devices = answer.devices
    }
    const waits = new Promise<number[]>((resolve) => asking.once('message', resolve))
    asking.postMessage('stop')
    const waited = await waits
    const { rss, peak } = statsOf(pid)
    const raw = await compileToday(folder)
    const median = percentile(took, 0.5)
    return reportOf('impact', {
      figures: {
        devices: world.devices,
        schedules: world.schedules,
        'devices that the edit changes': devices,
        audiences: raw.audiences,
        'first publication, s': rounded(publishMs / 1_000, 2),
        'impact, first, s': rounded((took[0] ?? 0) / 1_000, 2),
        'impact, median, s': rounded(median / 1_000, 2),
        'memory before, MB': rounded(before),
        'memory after, MB': rounded(rss),
        'memory at its most, MB': rounded(peak),
        'healthz meanwhile, p99 ms': rounded(percentile(waited, 0.99)),
        'healthz meanwhile, max ms': rounded(Math.max(...waited)),
      },
      limit: {
        'today compiled for each, before and after, s': rounded(raw.ms / 1_000, 2),
        'ours / raw': rounded(median / raw.ms, 2),
      },
      goals: [
        atMost('impact of one edit of the province, s', rounded(median / 1_000, 2), 3),
        atMost('memory that it adds, MB', rounded(Math.max(0, peak - before)), 500),
        atMost('healthz meanwhile, p99 ms', rounded(percentile(waited, 0.99)), 50),
      ],
    })
  } finally {
    server.kill('SIGKILL')
    await ended
    rmSync(folder, { recursive: true, force: true })
  }
}
