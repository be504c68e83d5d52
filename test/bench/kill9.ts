import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import BetterSqlite3 from 'better-sqlite3'
import { type JournalRecord, NO_RECORD, type Play } from '#protocol'
import { openJournal } from '../../player/journal/journal.ts'
import { aPlay, DEVICE, sha } from '../support/builders.ts'
import { clips, deviceFolder, segmentOf } from '../support/device-folder.ts'
import { atMost, percentile, type Report, reportOf, rounded } from './report.ts'
import { IS_FULL } from './sound.ts'

const DAY_MS = 86_400_000
const ITEM_MS = 700
const SHORT_RUNS = 60
const FULL_RUNS = 1_000
/** Boxes that are killed beside each other: most of a life is waiting for its first sound. */
const BOXES = 4
/** A player that is up is killed at some instant within this time. */
const UP_MS = 2_000

const PLAYER = join(import.meta.dirname, 'kill9-player.ts')

type Said = { word: string; key: string; run: number }

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

/** One life: until its first sound at most, and some random time of playing; then kill -9. */
const live = async (folder: string, run: number): Promise<Said[]> => {
  const child = spawn(process.execPath, [PLAYER, folder], { stdio: ['ignore', 'pipe', 'inherit'] })
  let output = ''
  const ended = new Promise((resolve) => child.once('close', resolve))
  const isHeard = new Promise<void>((resolve) => {
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString()
      resolve()
    })
  })
  // One life in ten ends at any instant of starting, too.
  await (Math.random() < 0.1 ? sleep(Math.random() * 1_500) : Promise.race([isHeard, ended]))
  await sleep(Math.random() * UP_MS)
  child.kill('SIGKILL')
  await ended
  // A line that was cut in writing was not said.
  const lines = output.slice(0, output.lastIndexOf('\n') + 1).split('\n')
  return lines
    .filter((line) => line !== '')
    .map((line) => {
      const [word = '', key = ''] = line.split(' ')
      return { word, key, run }
    })
}

const recordsIn = (folder: string): { records: JournalRecord[]; isChained: boolean } => {
  const db = new BetterSqlite3(join(folder, 'journal.db'), { readonly: true })
  const rows = db.prepare<[], string>('SELECT bytes FROM record ORDER BY seq').pluck().all()
  db.close()
  let prev: string = NO_RECORD
  let isChained = true
  const records = rows.map((bytes, seq) => {
    const record = JSON.parse(bytes) as JournalRecord
    isChained &&= record.prev === prev && record.seq === seq
    prev = sha(bytes)
    return record
  })
  return { records, isChained }
}

const slotOf = (key: string): string => key.split(':').slice(1, 4).join(':')
const slotOfPlay = ({ plannedStartAt, plannedEndAt, asset }: Play): string =>
  `${plannedStartAt}:${plannedEndAt}:${asset.sha256}`

const count = (keys: readonly string[]): Map<string, number> => {
  const counted = new Map<string, number>()
  for (const key of keys) counted.set(key, (counted.get(key) ?? 0) + 1)
  return counted
}

/** How many more there are of some keys than of others. */
const excess = (of: Map<string, number>, over: Map<string, number>): number =>
  [...of].reduce((sum, [key, many]) => sum + Math.max(0, many - (over.get(key) ?? 0)), 0)

/** What the loudspeaker said it did, held against what the journal says in the end. */
const compare = (said: readonly Said[], plays: readonly Play[]) => {
  const keysOf = (word: string) =>
    count(said.filter((one) => one.word === word).map(({ key }) => slotOf(key)))
  const slots = (which: (play: Play) => boolean) => count(plays.filter(which).map(slotOfPlay))
  const isCut = ({ cause }: Play) => cause === 'player-killed'
  const isFinished = ({ outcome, cause, startAt }: Play) =>
    startAt !== null &&
    (outcome === 'completed' || cause === 'joined-late' || cause === 'cut-by-plan')
  const ended = keysOf('ending')
  const done = keysOf('done')
  const started = keysOf('started')
  const cutShort = new Map(
    [...started].map(([key, many]) => [
      key,
      many - (ended.get(key) ?? 0) - (keysOf('stopping').get(key) ?? 0),
    ]),
  )
  return {
    finished: [...done.values()].reduce((sum, many) => sum + many, 0),
    cut: [...cutShort.values()].reduce((sum, many) => sum + many, 0),
    // Written down, said the player, and not in the journal.
    lost: excess(
      keysOf('done'),
      slots((play) => !isCut(play)),
    ),
    // Whole, says the journal, and the loudspeaker never came to its end.
    invented: excess(slots(isFinished), ended),
    // Begun and not ended, and not in the journal as cut by our own death.
    notToldAsCut: excess(cutShort, slots(isCut)),
  }
}

const milliseconds = (times: number, work: (index: number) => void): number[] =>
  Array.from({ length: times }, (_, index) => {
    const before = performance.now()
    work(index)
    return performance.now() - before
  })

/** A record a commit: ours, and the bare database with the same settings and the same bytes. */
const appends = (folder: string) => {
  const times = 300
  const stamp = { at: 1, clock: { grade: 'synced' as const, errorMs: 1 } }
  const journal = openJournal<Play>(join(folder, 'speed.db'), DEVICE)
  const ours = milliseconds(times, () => journal.append({ kind: 'play', play: aPlay() }, stamp))
  const bytes = journal.unsent(1).records[0] ?? ''
  journal.shut()
  const db = new BetterSqlite3(join(folder, 'bare.db'))
  db.pragma('journal_mode = WAL')
  db.pragma('synchronous = FULL')
  db.exec('CREATE TABLE record (seq INTEGER PRIMARY KEY, bytes TEXT NOT NULL)')
  const insert = db.prepare('INSERT INTO record VALUES (?, ?)')
  const bare = milliseconds(times, (index) => insert.run(index, bytes))
  db.close()
  return { ours, bare }
}

/** One box, killed so often while it plays, and what its journal says of that in the end. */
const suffer = async (kills: number, onKill: () => void) => {
  const folder = mkdtempSync(join(tmpdir(), 'loabang-kill9-'))
  const items = clips(folder, [ITEM_MS, ITEM_MS + 100, ITEM_MS + 200])
  const startsAt = Math.floor(Date.now() / DAY_MS) * DAY_MS - DAY_MS
  deviceFolder(folder, { startsAt, days: 35, items, segments: [segmentOf(items, 0, DAY_MS)] })
  const said: Said[] = []
  for (let run = 0; run < kills; run++) {
    said.push(...(await live(folder, run)))
    onKill()
  }
  // One more start tells what the last kill cut.
  const { records, isChained } = await lastStart(folder)
  rmSync(folder, { recursive: true, force: true })
  const plays = records.flatMap(({ event }) => (event.kind === 'play' ? [event.play] : []))
  const starts = records.filter(({ event }) => event.kind === 'boot').length
  return { ...compare(said, plays), records: plays.length, starts, breaks: isChained ? 0 : 1 }
}

/** Kills players again and again while they play, and looks at what they say of that. */
export const kill9 = async (): Promise<Report> => {
  const runs = IS_FULL ? FULL_RUNS : SHORT_RUNS
  let killed = 0
  const boxes = await Promise.all(
    Array.from({ length: BOXES }, () =>
      suffer(runs / BOXES, () => process.stderr.write(`\rkill9: ${++killed} of ${runs}`)),
    ),
  )
  process.stderr.write('\n')
  const sum = (name: keyof (typeof boxes)[number]) =>
    boxes.reduce((total, box) => total + box[name], 0)
  const folder = mkdtempSync(join(tmpdir(), 'loabang-kill9-'))
  const { ours, bare } = appends(folder)
  rmSync(folder, { recursive: true, force: true })
  return reportOf('kill9', {
    figures: {
      kills: runs,
      'boxes beside each other': BOXES,
      'starts written down': sum('starts'),
      'plays finished': sum('finished'),
      'plays cut by a kill': sum('cut'),
      'records of plays': sum('records'),
      'one record and its commit, p50 ms': rounded(percentile(ours, 0.5), 3),
      'one record and its commit, p99 ms': rounded(percentile(ours, 0.99), 3),
    },
    limit: {
      'a bare insert with synchronous=FULL, p50 ms': rounded(percentile(bare, 0.5), 3),
      'a bare insert with synchronous=FULL, p99 ms': rounded(percentile(bare, 0.99), 3),
    },
    goals: [
      atMost('finished plays lost', sum('lost'), 0),
      atMost('plays invented', sum('invented'), 0),
      atMost('plays cut and not told as cut', sum('notToldAsCut'), 0),
      atMost('breaks of the chain', sum('breaks'), 0),
      atMost(
        'runs in which nothing was finished or cut',
        sum('finished') > 0 && sum('cut') > 0 ? 0 : 1,
        0,
      ),
    ],
  })
}

/** Starts once more, long enough to write down what was left open. */
const lastStart = async (folder: string) => {
  const child = spawn(process.execPath, [PLAYER, folder], { stdio: ['ignore', 'pipe', 'inherit'] })
  const ended = new Promise((resolve) => child.once('close', resolve))
  const before = recordsIn(folder).records.length
  while (recordsIn(folder).records.length <= before) await sleep(50)
  // Its boot follows what was left open, and nothing is heard yet.
  while (recordsIn(folder).records.at(-1)?.event.kind !== 'boot') await sleep(20)
  child.kill('SIGKILL')
  await ended
  return recordsIn(folder)
}
