import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import BetterSqlite3 from 'better-sqlite3'
import { addDays, startOfDay } from '#playlists'
import { coverageOf } from '../../server/evidence/coverage.ts'
import { openSqlite } from '../../server/store/open-database.ts'
import type { PlayQuery } from '../../server/store/play-query.ts'
import { createStore } from '../../server/store/store.ts'
import { atMost, percentile, type Report, reportOf, rounded } from './report.ts'
import { type Seeded, seedPlays } from './seed-plays.ts'

const ZONE = 'Asia/Ho_Chi_Minh'
const ROUNDS = 5
const PAGES = 40

const timed = async (work: () => Promise<unknown>): Promise<number> => {
  const from = performance.now()
  await work()
  return performance.now() - from
}

/** Filters as people set them, and such as find little or nothing. */
const filtersFor = (seeded: Seeded, round: number): Omit<PlayQuery, 'scope'>[] => {
  const communeAt = seeded.communes[(round * 37) % seeded.communes.length]
  const device = seeded.deviceIds[(round * 211) % seeded.deviceIds.length]
  const theme = seeded.themeIds[round % seeded.themeIds.length]
  const month = startOfDay(addDays(seeded.to, -20), ZONE)
  return [
    { areaId: communeAt?.id },
    { areaId: seeded.district.id, themeId: theme as never },
    { deviceId: device as never, themeId: theme as never },
    { outcome: 'failed', from: month },
    { cause: 'player-killed' },
    { search: `cum loa ${round * 13} ban tin so 7` },
    { search: 'khong co gi nhu the' },
  ]
}

const measure = async (plays: number) => {
  const folder = mkdtempSync(join(tmpdir(), 'loabang-bench-'))
  try {
    const seeded = await seedPlays(folder, plays)
    const opened = await openSqlite(folder)
    const store = createStore(opened.db, ZONE, opened.reading)
    const matrix: number[] = []
    const { from, to } = seeded
    const asked = { from, to, boundaries: 'play' as const, rows: 'communes' as const }
    for (let round = 0; round < ROUNDS; round++) {
      matrix.push(await timed(() => coverageOf(store, asked, 'everywhere', Date.now(), [])))
    }
    const pages: number[] = []
    for (let round = 0; pages.length < PAGES; round++) {
      for (const filter of filtersFor(seeded, round)) {
        pages.push(
          await timed(() => store.plays.page({ ...filter, scope: 'everywhere' }, undefined, 100)),
        )
      }
    }
    await opened.close()
    const database = new BetterSqlite3(join(folder, 'loabang.db'), { readonly: true })
    const scan = performance.now()
    database.prepare('SELECT area_id, COUNT(*) FROM play GROUP BY area_id').all()
    const scanMs = performance.now() - scan
    database.close()
    return {
      plays: seeded.plays,
      matrix: rounded(percentile(matrix, 0.5)),
      page: rounded(percentile(pages, 0.95)),
      scan: rounded(scanMs),
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/**
 * Theme × area and the filtered play log over a million plays; `--millions 1,3,10` shows how both
 * grow. Beside it: counting the plays of each area themselves.
 */
export const coverage = async (): Promise<Report> => {
  const at = process.argv.indexOf('--millions')
  const millions = at < 0 ? [1] : (process.argv[at + 1] ?? '1').split(',').map(Number)
  const figures: Report['figures'] = {}
  const limit: Report['limit'] = {}
  const goals: Report['goals'] = []
  for (const million of millions) {
    const { plays, matrix, page, scan } = await measure(million * 1_000_000)
    const name = `${rounded(plays / 1e6, 2)} million plays`
    figures[`${name}: matrix, median ms`] = matrix
    figures[`${name}: filtered page, p95 ms`] = page
    limit[`${name}: one count by area ms`] = scan
    goals.push(atMost(`${name}: matrix, median ms`, matrix, 300))
    goals.push(atMost(`${name}: filtered page, p95 ms`, page, 150))
  }
  return reportOf('coverage', { figures, limit, goals })
}
