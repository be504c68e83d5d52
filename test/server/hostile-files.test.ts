import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { Asset } from '#protocol'
import { make, speech } from '../support/ffmpeg.ts'
import { HOSTILE_TEXTS } from '../support/hostile-texts.ts'
import { processesIn, stopFfmpegIn } from '../support/processes.ts'
import { type Person, withAreas } from '../support/server.ts'
import { startServerProcess } from '../support/server-process.ts'
import { tempFolder } from '../support/temp-folder.ts'
import { until } from '../support/until.ts'

/** Far above what a busy machine takes; a text that holds the server up does so for minutes. */
const ANSWERS_WITHIN_MS = 30_000

const upload = async (who: Person, areaId: string, name: string, bytes: string | Uint8Array) => {
  const path = `/api/assets?${new URLSearchParams({ name, areaId })}`
  const { status, json } = await who.send('POST', path, Buffer.from(bytes))
  expect(status).toBe(201)
  return String(json.id)
}

const assetOf = async (who: Person, id: string) =>
  Asset.parse((await who.get(`/api/assets/${id}`)).json)

const settled = async (who: Person, id: string): Promise<Asset> => {
  await until(async () => {
    const { ingest } = await assetOf(who, id)
    return ingest.step === 'done' || ingest.failure
  })
  return assetOf(who, id)
}

/** Asks a server for its health again and again until what is waited for is there. */
const healthyWhile = async <T>(url: string, what: Promise<T>): Promise<T> => {
  let isOver = false
  const asking = (async () => {
    while (!isOver) {
      const answer = await fetch(`${url}/healthz`, {
        signal: AbortSignal.timeout(ANSWERS_WITHIN_MS),
      })
      expect(answer.status).toBe(200)
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  })()
  const ended = what.finally(() => {
    isOver = true
  })
  const [result] = await Promise.all([ended, asking])
  return result
}

/** Libraries that read files, as far as the system sees that a process has loaded them. */
const readersIn = (pid: number): string[] =>
  readFileSync(`/proc/${pid}/maps`, 'utf8').match(/\S*(?:sharp|libvips)\S*/g) ?? []

test('hostile texts hold nobody up, and each is taken or refused by name', async () => {
  const folder = tempFolder()
  const { url, pid } = await startServerProcess(folder)
  const { admin, areas } = await withAreas(url)
  const ends = await healthyWhile(
    url,
    (async () => {
      const ids = []
      for (const [name, text] of Object.entries(HOSTILE_TEXTS))
        ids.push([name, await upload(admin, areas['91'] ?? '', 'a.txt', text)] as const)
      const found: Record<string, string> = {}
      for (const [name, id] of ids) {
        const { kind, ingest, title } = await settled(admin, id)
        found[name] = ingest.failure?.code ?? `${kind}: ${title.slice(0, 20)}`
      }
      return found
    })(),
  )
  expect(ends).toEqual({
    'the 31 comments of 218 bytes': 'bulletin: <!----><!----><!----',
    '60 comments': 'bulletin: <!----><!----><!----',
    'a comment that does not end': 'bulletin: <!------------------',
    'titles that are not closed': 'file-empty',
    'headings that are not closed': 'file-empty',
    'styles that are not closed': 'file-empty',
    'elements that are not closed': 'file-empty',
    'blank lines': 'file-empty',
    'blank lines before a word': 'bulletin: a',
    'a setting with spaces': 'bulletin: c',
    'settings that are none': 'bulletin-setting',
    '2 MB of <': 'file-kind-unknown',
    'a page of 2 MB of <': expect.stringMatching(/^bulletin: </),
    'a page of 2 MB of &': expect.stringMatching(/^bulletin: &/),
    'a page of 2 MB of spaces': 'file-empty',
    'marks on one letter': expect.stringMatching(/^bulletin: á/),
    'quotations in quotations': expect.stringMatching(/^bulletin: >/),
    'links that are not closed': expect.stringMatching(/^bulletin: \[/),
    'emphasis that is not closed': expect.stringMatching(/^bulletin: \*/),
    'lists in lists': 'bulletin: - a',
    'a table of many rows': 'bulletin: |a|',
    'quotation marks': expect.stringMatching(/^bulletin: "/),
  })
  const picture = make(join(folder, 'a.png'), '-f', 'lavfi', '-i', 'testsrc', '-frames:v', '1')
  const id = await upload(admin, areas['91'] ?? '', 'a.png', readFileSync(picture))
  expect((await settled(admin, id)).kind).toBe('image')
  expect(readersIn(pid)).toEqual([])
  await until(() => readdirSync(join(folder, 'scratch')).length === 0)
})

test('what reads a file gets nothing of the server’s secrets, and yields to it', async () => {
  const folder = tempFolder()
  const { url } = await startServerProcess(folder, { SECRET_OF_THE_SERVER: 'a' })
  const { admin, areas } = await withAreas(url)
  const path = make(join(folder, 'a.wav'), ...speech(30, 0.2))
  const id = await upload(admin, areas['91'] ?? '', 'a.wav', readFileSync(path))
  const scratch = join(folder, 'scratch')
  await until(() => processesIn(scratch).length === 2)
  for (const { command, environment, niceness, oomScore } of processesIn(scratch)) {
    const names = environment.split('\n').flatMap((line) => line.split('=')[0] || [])
    const allowed = [
      'PATH',
      'TMPDIR',
      'NODE_CHANNEL_FD',
      'NODE_CHANNEL_SERIALIZATION_MODE',
      'VIPSHOME',
    ]
    expect(
      names.filter((name) => !allowed.includes(name)),
      command,
    ).toEqual([])
    expect(niceness, command).toBeGreaterThan(0)
    expect(oomScore, command).toBeGreaterThan(0)
  }
  expect((await settled(admin, id)).kind).toBe('clip')
})

test('a file that the server died with twice is set aside; tried again, it is processed', async () => {
  const folder = tempFolder()
  const data = join(folder, 'data')
  const path = make(join(folder, 'a.wav'), ...speech(30, 0.2))
  let server = await startServerProcess(data)
  const { admin, areas } = await withAreas(server.url)
  const id = await upload(admin, areas['91'] ?? '', 'a.wav', readFileSync(path))
  for (let death = 1; death <= 2; death++) {
    await until(() => stopFfmpegIn(join(data, 'scratch')))
    await server.stop('SIGKILL')
    // Nobody waits for what they would make.
    await until(() => processesIn(join(data, 'scratch')).length === 0)
    server = await startServerProcess(data)
  }
  const { admin: later } = await withAreas(server.url)
  expect((await assetOf(later, id)).ingest.failure?.code).toBe('file-stops-ingest')
  expect(processesIn(join(data, 'scratch'))).toEqual([])

  const again = await later.post(`/api/assets/${id}/ingest`)
  expect(again).toMatchObject({ status: 200, json: { ingest: { failure: null } } })
  expect(await later.post(`/api/assets/${id}/ingest`)).toMatchObject({
    status: 409,
    json: { code: 'asset-not-failed' },
  })
  expect((await settled(later, id)).kind).toBe('clip')
  expect((await later.post(`/api/assets/${id}/ingest`)).status).toBe(409)
})

test('a stop in order is no attempt, however often', async () => {
  const folder = tempFolder()
  const data = join(folder, 'data')
  const path = make(join(folder, 'a.wav'), ...speech(30, 0.2))
  let server = await startServerProcess(data)
  const { admin, areas } = await withAreas(server.url)
  const id = await upload(admin, areas['91'] ?? '', 'a.wav', readFileSync(path))
  for (let stop = 1; stop <= 3; stop++) {
    await until(() => stopFfmpegIn(join(data, 'scratch')))
    await server.stop('SIGTERM')
    await until(() => processesIn(join(data, 'scratch')).length === 0)
    server = await startServerProcess(data)
  }
  const { admin: later } = await withAreas(server.url)
  expect((await settled(later, id)).kind).toBe('clip')
})

test('a document is read by no more than its process', async () => {
  const folder = tempFolder()
  const { url, pid } = await startServerProcess(folder)
  const { admin } = await withAreas(url)
  const { json } = await admin.post('/api/campaigns', {
    name: 'Đợt',
    directive: { issuer: 'Sở', number: null, symbol: null, date: null, subject: 'V/v', basis: [] },
    phases: [{ code: '1', name: 'Một', from: '2026-01-01', to: null }],
    themes: [{ code: 'a', name: 'A', phases: ['1'] }],
  })
  const attach = (bytes: string) =>
    admin.send('POST', `/api/campaigns/${json.id}/document?name=a.pdf`, Buffer.from(bytes))
  const texts = Object.values(HOSTILE_TEXTS)
  const answers = await healthyWhile(url, Promise.all([attach('%PDF-1.7\n'), ...texts.map(attach)]))
  expect(answers.map(({ status }) => status)).toEqual([200, ...texts.map(() => 415)])
  expect(readersIn(pid)).toEqual([])
  await until(() => readdirSync(join(folder, 'scratch')).length === 0)
})
