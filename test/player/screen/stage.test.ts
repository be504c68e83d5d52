import { createHash } from 'node:crypto'
import { globSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import pino from 'pino'
import { expect, onTestFinished, test } from 'vitest'
import type { Fault } from '#protocol'
import type { BoardOptions } from '../../../player/stage/screen/board.ts'
import { createEvidence } from '../../../player/stage/screen/evidence.ts'
import { createScreen } from '../../../player/stage/screen/screen.ts'
import { createSetAside } from '../../../player/stage/screen/set-aside.ts'
import type { Cue, StageEnd } from '../../../player/stage/stage.ts'
import { monotonicMs } from '../../../player/time/monotonic.ts'
import { CANVAS, CHROMIUM, isEmpty, middle, picture } from '../../support/board.ts'
import { sha } from '../../support/builders.ts'
import { make } from '../../support/ffmpeg.ts'
import { ingestInto } from '../../support/ingest.ts'
import { tempFolder } from '../../support/temp-folder.ts'
import { until } from '../../support/until.ts'

/** Kills every process that was started with a word among its arguments. */
const killEach = (word: string) => {
  for (const path of globSync('/proc/[0-9]*/cmdline')) {
    try {
      if (readFileSync(path, 'utf8').split('\0').includes(word))
        process.kill(Number(path.split('/')[2]), 'SIGKILL')
    } catch {
      // It has ended meanwhile.
    }
  }
}

const start = (change: Partial<BoardOptions> = {}) => {
  const folder = tempFolder()
  const started = new Map<string, number>()
  const ended = new Map<string, StageEnd>()
  const faults: (Fault | null)[] = []
  const offset = Date.now() - monotonicMs()
  const evidence = createEvidence({
    folder: join(folder, 'evidence'),
    every: 1,
    bytesPerDay: 1_000_000,
  })
  const aside: string[] = []
  const setAside = createSetAside(join(folder, 'set-aside.json'), (content) => aside.push(content))
  const screen = createScreen({
    board: {
      executable: CHROMIUM,
      profile: join(folder, 'profile'),
      canvas: CANVAS,
      isKiosk: false,
      memoryLimitBytes: 10_000_000_000,
      ...change,
    },
    evidence,
    setAside,
    clock: {
      now: () => monotonicMs() + offset,
      toMono: (at) => at - offset,
      fromMono: (mono) => mono + offset,
      state: () => ({ grade: 'synced', errorMs: 0 }),
      addSample() {},
      save() {},
    },
    log: pino({ level: process.env.TEST_LOG ?? 'silent' }),
    events: {
      onStarted: (key, { errorMs }) => started.set(key, errorMs),
      onProgress() {},
      onEnded: (key, end) => ended.set(key, end),
      onFault: (fault) => faults.push(fault),
    },
  })
  onTestFinished(() => screen.close())
  const cue = (
    key: string,
    kind: Cue['item']['kind'],
    path: string,
    from: number,
    lengthMs: number,
  ): Cue => ({
    key,
    item: {
      assetId: key as never,
      sha256: sha(path),
      mime: '',
      kind,
      title: key,
      themes: [],
      approvedBy: '',
      durationMs: lengthMs,
      role: 'item' as const,
      gainDb: 0,
      fallback: null,
      schedule: { id: '' as never, name: '' },
    },
    path,
    from,
    to: from + lengthMs,
    offsetMs: 0,
    volume: 0,
  })
  return { folder, screen, evidence, cue, started, ended, faults, aside }
}

const passed = (at: number) =>
  new Promise((resolve) => setTimeout(resolve, Math.max(0, at - Date.now())))

test('shows pictures, videos and bulletins in their turn, counts what was drawn, and is blank afterwards', async () => {
  const { folder, screen, evidence, cue, started, ended } = start()
  await until(() => screen.output() === 'headless')
  const source = ['-f', 'lavfi', '-i', 'color=blue:s=320x180:d=3', '-pix_fmt', 'yuv420p']
  const video = make(join(folder, 'v.mp4'), ...source)
  const text = join(folder, 'b.md')
  writeFileSync(text, '# Đường ống nước')
  const bulletin = (await ingestInto(folder, text)).path
  const at = Date.now() + 2_500
  await screen.cue(cue('image', 'image', await picture(folder, 'red'), at, 1_500))
  await screen.cue(cue('video', 'video', video, at + 1_500, 1_500))
  await screen.cue(cue('bulletin', 'bulletin', bulletin, at + 3_000, 1_500))
  await until(() => started.has('image'))
  const during = async (instant: number) => {
    await passed(instant)
    return middle((await screen.screenshot()) ?? new Uint8Array())
  }
  expect(await during(at + 500)).toBe('red')
  expect(await during(at + 2_000)).toBe('blue')
  await until(() => ended.size === 3)
  for (const key of ['image', 'video', 'bulletin']) {
    const { reason, measured } = ended.get(key) ?? {}
    expect(reason).toBe('done')
    if (measured?.kind !== 'screen') throw new Error('nothing was measured')
    expect(measured.output).toBe('headless')
    expect(measured.frames).toBeGreaterThan(1)
    // What the record names is a picture of what was on the board.
    const kept = measured.picture && (await evidence.read(measured.picture))
    expect(kept && createHash('sha256').update(kept).digest('hex')).toBe(measured.picture)
    expect(kept && (await isEmpty(kept))).toBe(false)
  }
  // One goes when the next comes, and no earlier: no time between them.
  expect(ended.get('image')?.endMono).toBeGreaterThan((ended.get('video')?.startMono ?? 0) - 50)
  expect(await during(Date.now())).toBe('black')
})

test('a browser that dies under a slide is noticed, and the board stands again', async () => {
  const { folder, screen, cue, started, ended, faults } = start()
  await until(() => screen.output() !== null)
  await screen.cue(cue('a', 'image', await picture(folder, 'red'), Date.now() + 400, 20_000))
  await until(() => started.has('a'))
  killEach(`--user-data-dir=${join(folder, 'profile')}`)
  await until(() => ended.has('a'))
  expect(ended.get('a')?.reason).toBe('lost')
  await until(() => screen.output() !== null && faults.at(-1) === null, 40)
  await screen.cue(cue('b', 'image', await picture(folder, 'blue'), Date.now() + 400, 2_000))
  await until(() => ended.get('b')?.reason === 'done')
})

test('a browser that has grown is renewed at the edge of a slide, and the board is never empty', async () => {
  const { folder, screen, cue, started, ended, faults } = start({
    memoryLimitBytes: 1_000_000,
    memoryCeilingBytes: Number.POSITIVE_INFINITY,
    checkEveryMs: 500,
  })
  await until(() => screen.output() !== null)
  const sources = [await picture(folder, 'red'), await picture(folder, 'blue')]
  const first = Date.now() + 1_000
  const shots: Uint8Array[] = []
  for (let turn = 0; turn < 4; turn++) {
    const at = first + turn * 4_000
    await passed(at - 3_000)
    await screen.cue(cue(`s${turn}`, 'image', sources[turn % 2] ?? '', at, 4_000))
    while (started.has('s0') && Date.now() < at) {
      const shot = await screen.screenshot()
      if (shot) shots.push(shot)
    }
  }
  await until(() => ended.has('s3'), 30)
  expect(faults.filter((fault) => fault !== null)).toEqual([])
  for (const end of ended.values()) expect(end.reason).toBe('done')
  expect((await Promise.all(shots.map(isEmpty))).filter(Boolean)).toEqual([])
})

test('a slide that takes the page down is not shown after the second time; the others of its loop are', async () => {
  const { folder, screen, cue, ended, aside } = start({
    memoryLimitBytes: 500_000_000,
    memoryCeilingBytes: 800_000_000,
    checkEveryMs: 500,
  })
  const bomb = join(folder, 'bomb.html')
  const groups = Array.from({ length: 9 }, (_, level) => {
    const uses = `<use href="#g${level}"/>`.repeat(10)
    return `<g id="g${level + 1}">${uses}</g>`
  })
  const svg = `<svg><defs><g id="g0"><rect width="9" height="9"/></g>${groups.join('')}</defs><use href="#g9"/></svg>`
  writeFileSync(bomb, `<!doctype html><html><head><style></style></head><body>${svg}</body></html>`)
  for (const turn of [1, 2]) {
    await until(() => screen.output() !== null)
    const slide = cue(`bomb ${turn}`, 'bulletin', bomb, Date.now() + 1_000, 60_000)
    await screen.cue(slide).catch(() => undefined)
    await until(() => screen.output() === null)
  }
  expect(aside).toEqual([sha(bomb)])
  await until(() => screen.output() !== null)
  const third = cue('bomb 3', 'bulletin', bomb, Date.now() + 1_000, 60_000)
  await expect(screen.cue(third)).rejects.toThrow('not shown any more')
  await screen.cue(cue('good', 'image', await picture(folder, 'red'), Date.now() + 400, 2_000))
  await until(() => ended.get('good')?.reason === 'done')
})
