import { readdirSync, writeFileSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { withoutNetwork } from '../../server/jobs/without-network.ts'
import { make, speech } from '../support/ffmpeg.ts'
import { openIngestQueue } from '../support/ingest-queue.ts'
import { needs } from '../support/needs.ts'
import { processesIn, stopFfmpegIn } from '../support/processes.ts'
import { tempFolder } from '../support/temp-folder.ts'
import { until } from '../support/until.ts'

/** A film of 4K holds some twenty frames of 12 MB while it is converted, ten times what a text takes. */
const LARGE_FILM = ['-f', 'lavfi', '-i', 'color=navy:s=3840x2160:r=10:d=15']
const AS_FAST_AS_CAN_BE = ['-c:v', 'libx264', '-preset', 'ultrafast']
const MB = 1_000_000

const bulletin = (folder: string, name: string): string => {
  const path = join(folder, name)
  writeFileSync(path, `# ${name}\n`)
  return path
}
const sound = (folder: string, seconds: number): string =>
  make(join(folder, `${seconds}.wav`), ...speech(seconds, 0.2))

/** Programs that run for files of a queue, by the names that they were started under. */
const running = (scratch: string) => processesIn(scratch)
const runningFfmpeg = (scratch: string) =>
  running(scratch).find(({ command }) => command.includes('-progress'))

test('a file that ends two ingests is set aside, keeps nobody waiting, and is not taken up again', async () => {
  const folder = tempFolder()
  const film = make(join(folder, 'film.mp4'), ...LARGE_FILM, ...AS_FAST_AS_CAN_BE)
  const first = await openIngestQueue(folder, { bounds: { memoryBytes: 200 * MB } })
  const id = await first.add(film)
  const others = []
  for (const name of ['một', 'hai', 'ba']) others.push(await first.add(bulletin(folder, name)))

  expect((await first.settled(id)).ingest.failure).toEqual({
    code: 'file-stops-ingest',
    detail: '{}',
  })
  for (const other of others) expect((await first.settled(other)).kind).toBe('bulletin')
  expect(first.begun).toEqual([id, ...others, id])
  expect(first.lines.map(({ assetId, by }) => [assetId, by])).toEqual([
    [id, 'memory'],
    [id, 'memory'],
  ])
  await until(() => running(first.scratch).length === 0)
  await until(() => readdirSync(first.scratch).length === 0)
  await first.close()

  const second = await openIngestQueue(folder)
  await second.queue.resume()
  expect(second.begun).toEqual([])
  expect((await second.get(id)).ingest.failure?.code).toBe('file-stops-ingest')
  await second.queue.retry(id)
  expect(await second.settled(id)).toMatchObject({ kind: 'video', ingest: { step: 'done' } })
  await expect(second.queue.retry(id)).rejects.toMatchObject({ code: 'asset-not-failed' })
})

describe('no process of a file that is ended is left, ffmpeg neither', () => {
  test('where nothing moves any more', async () => {
    const folder = tempFolder()
    // Long enough for the process to start on a machine that is busy with other things.
    const { add, lines, scratch, close } = await openIngestQueue(folder, {
      bounds: { stillMs: 10_000 },
    })
    await add(sound(folder, 30))
    await until(() => stopFfmpegIn(scratch))
    await until(() => lines.length > 0)
    expect(lines[0]).toMatchObject({ by: 'stillness' })
    await close()
    await until(() => running(scratch).length === 0)
  })

  test('where it takes too long', async () => {
    const folder = tempFolder()
    const { add, settled, lines, scratch } = await openIngestQueue(folder, {
      bounds: { totalMs: 2_000 },
    })
    const { ingest } = await settled(await add(sound(folder, 900)))
    expect(ingest.failure?.code).toBe('file-stops-ingest')
    expect(lines.map(({ by }) => by)).toEqual(['time', 'time'])
    await until(() => running(scratch).length === 0)
  })

  test('where ffmpeg itself is ended from outside: it is no fault of the file', async () => {
    const folder = tempFolder()
    const { add, lines, scratch, get } = await openIngestQueue(folder)
    const id = await add(sound(folder, 30))
    await until(() => {
      const found = runningFfmpeg(scratch)
      if (found) process.kill(found.pid, 'SIGTERM')
      return found
    })
    await until(() => lines.length > 0)
    expect(lines[0]).toMatchObject({ by: 'crash', remarks: expect.stringContaining('signal') })
    expect((await get(id)).ingest.failure).toBeNull()
  })
})

test('a process whose memory of JavaScript is full ends, and only it', async () => {
  const folder = tempFolder()
  const { add, settled, lines } = await openIngestQueue(folder, { bounds: { heapMb: 4 } })
  const { ingest } = await settled(await add(bulletin(folder, 'a')))
  expect(ingest.failure?.code).toBe('file-stops-ingest')
  expect(lines.map(({ by }) => by)).toEqual(['crash', 'crash'])
})

describe('attempts', () => {
  test('are counted before the file is touched, and taken back by a close in order', async () => {
    const folder = tempFolder()
    const first = await openIngestQueue(folder)
    const id = await first.add(sound(folder, 30))
    await until(() => stopFfmpegIn(first.scratch))
    expect(await first.attempts(id)).toBe(1)
    await first.queue.close()
    expect(await first.attempts(id)).toBe(0)
    await until(() => running(first.scratch).length === 0)
    expect(readdirSync(first.scratch)).toEqual([])
    await first.close()

    const second = await openIngestQueue(folder)
    await second.queue.resume()
    expect(await second.settled(id)).toMatchObject({ kind: 'clip' })
  })

  test('are not counted where a signal asks the process to end, as when a machine stops', async () => {
    const folder = tempFolder()
    const { add, settled, scratch, begun, lines } = await openIngestQueue(folder)
    const id = await add(sound(folder, 20))
    for (let round = 1; round <= 3; round++) {
      await until(() => begun.length === round && stopFfmpegIn(scratch))
      const [leader] = running(scratch).filter(({ command }) => command.includes('ingest-process'))
      if (leader) process.kill(leader.pid, 'SIGTERM')
      await until(() => begun.length === round + 1)
    }
    expect(await settled(id)).toMatchObject({ kind: 'clip' })
    expect(lines).toEqual([])
    await until(() => running(scratch).length === 0)
  })
})

describe('what the process says is checked', () => {
  const told = async (...words: unknown[]) => {
    const folder = tempFolder()
    const program = join(folder, 'liar.mjs')
    writeFileSync(
      program,
      `process.once('message', () => { for (const word of ${JSON.stringify(words)}) process.send(word) })`,
    )
    const { runner, scratch } = await openIngestQueue(folder, { program })
    const output = { rendition: join(scratch, 'r'), thumbnail: join(scratch, 't') }
    return runner.run({ path: program, task: { type: 'ingest', output } }, scratch)
  }
  const ingested = {
    kind: 'bulletin',
    rendition: {
      mime: 'text/html',
      durationMs: null,
      width: null,
      height: null,
      loudnessLufs: null,
      truePeakDbtp: null,
    },
    waveform: null,
    hasThumbnail: false,
    title: null,
  }

  test.each<[string, ...unknown[]]>([
    ['no word', 'hello'],
    [
      'another type of file than is made',
      {
        type: 'ingested',
        ingested: { ...ingested, rendition: { ...ingested.rendition, mime: 'text/javascript' } },
      },
    ],
    [
      'a hash that it cannot know',
      {
        type: 'ingested',
        ingested: { ...ingested, rendition: { ...ingested.rendition, sha256: 'a'.repeat(64) } },
      },
    ],
    [
      'a kind that comes from no file',
      { type: 'ingested', ingested: { ...ingested, kind: 'relay' } },
    ],
    [
      'a refusal that is none of a file',
      { type: 'refused', code: 'not-allowed', params: {}, cause: '' },
    ],
    ['more than there is', { type: 'progress', step: 'convert', share: 2 }],
    ['words after its last', { type: 'ingested', ingested }, { type: 'ingested', ingested }],
    ['a document of another type', { type: 'document', mime: 'text/html' }],
  ])('%s', async (_name, ...words) => {
    expect(await told(...words)).toMatchObject({ type: 'killed', by: 'nonsense' })
  })
})

test(
  'the process reaches no network, not even this machine',
  needs('make a network namespace'),
  async () => {
    const server = createServer()
    onTestFinished(() => void server.close())
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    const folder = tempFolder()
    const program = join(folder, 'caller.mjs')
    writeFileSync(
      program,
      `import { connect } from 'node:net'
process.once('message', () => {
  const say = (mime) => process.send({ type: 'document', mime }, () => process.exit())
  connect(${port}, '127.0.0.1').once('connect', () => say('application/pdf')).once('error', () => say(null))
})`,
    )
    const reached = async (launcher?: readonly [string, ...string[]]) => {
      const { runner, scratch } = await openIngestQueue(tempFolder(), { program, launcher })
      return runner.run({ path: program, task: { type: 'document' } }, scratch)
    }
    const launcher = await withoutNetwork(process.env.PATH ?? '')
    expect(launcher).toBeDefined()
    expect(await reached(launcher)).toMatchObject({ type: 'document', mime: null })
    expect(await reached()).toMatchObject({ type: 'document', mime: 'application/pdf' })
  },
)

test('where no program makes namespaces, none is used', async () => {
  expect(await withoutNetwork(tempFolder())).toBeUndefined()
})

test('a name that is no file of its own is not adopted', async () => {
  const folder = tempFolder()
  const program = join(folder, 'linker.mjs')
  writeFileSync(
    program,
    `import { symlinkSync } from 'node:fs'
process.once('message', ({ task }) => {
  symlinkSync('/etc/passwd', task.output.rendition)
  const rendition = { mime: 'text/html', durationMs: null, width: null, height: null, loudnessLufs: null, truePeakDbtp: null }
  process.send({ type: 'ingested', ingested: { kind: 'bulletin', rendition, waveform: null, hasThumbnail: false, title: null } }, () => process.exit())
})`,
  )
  const { add, settled, lines, scratch } = await openIngestQueue(folder, { program })
  const { ingest, rendition } = await settled(await add(bulletin(folder, 'a')))
  expect(ingest.failure?.code).toBe('internal')
  expect(rendition).toBeNull()
  expect(lines).toHaveLength(1)
  await until(() => readdirSync(scratch).length === 0)
})
