import { chmodSync, existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import pino from 'pino'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { CommandRecord, DeviceStatus, JournalEvent } from '#protocol'
import { readConfig } from '../../player/config.ts'
import { askServer } from '../../player/identity/ask-server.ts'
import { enrol, loadIdentity } from '../../player/identity/identity.ts'
import { startPlayer } from '../../player/player.ts'
import { eventsOf, startPlayerProcess } from '../support/player-process.ts'
import { type Person, person, startServer, withAreas } from '../support/server.ts'
import { tempFolder } from '../support/temp-folder.ts'
import { until } from '../support/until.ts'

/** The real server and the real player, over a real connection. */

const log = pino({ level: process.env.TEST_LOG ?? 'silent' })

const codeFor = async (admin: Person, id: string): Promise<string> =>
  (await admin.post(`/api/devices/${id}/enrolment-codes`)).json.code as string

const office = async () => {
  const server = await startServer()
  const { admin, areas } = await withAreas(server.url)
  const device = { name: 'Loa', areaId: areas['30964'], channels: ['audio'], canvas: null }
  const id = (await admin.post('/api/devices', device)).json.id as string
  return { ...server, admin, id }
}

type Office = Awaited<ReturnType<typeof office>>

const enrolAt = (url: string, folder: string, code: string) =>
  enrol(folder, url, code, (keys) => askServer(url, { code, software: 'test', ...keys }))

const play = (url: string, folder: string, restart = () => {}, output = 'null') => {
  const identity = loadIdentity(folder)
  if (!identity) throw new Error('not enrolled')
  const environment = { SERVER_URL: url, DATA_DIR: folder, AUDIO_OUTPUT: output }
  const player = startPlayer(readConfig([], environment), identity, 'test', log, restart)
  let isStopped = false
  const stop = async () => {
    if (!isStopped) await player.stop()
    isStopped = true
  }
  onTestFinished(stop)
  return { stop }
}

const enrolled = async () => {
  const place = await office()
  const folder = join(tempFolder(), 'player')
  const code = await codeFor(place.admin, place.id)
  await enrolAt(place.url, folder, code)
  return { ...place, folder, code }
}

const liveOf = async ({ admin, id }: Pick<Office, 'admin' | 'id'>) =>
  (await admin.get('/api/devices')).json.find(
    (one) => (one.device as { id: string }).id === id,
  ) as unknown as {
    online: boolean
    status: DeviceStatus | null
    device: { desiredRevision: number; appliedRevision: number; enrolledAt: number | null }
  }

const isUpToDate = (place: Pick<Office, 'admin' | 'id'>) => async () => {
  const { online, device } = await liveOf(place)
  return online && device.appliedRevision === device.desiredRevision
}

const kinds = (folder: string, kind: JournalEvent['kind']) => eventsOf(folder, kind)

describe('commands by hand', () => {
  const give = async ({ admin, id }: Office, command: object) =>
    admin.post(`/api/devices/${id}/commands`, command)

  test('are obeyed, said in the status, kept over a restart, and listed with their outcomes', async () => {
    const place = await enrolled()
    const first = play(place.url, place.folder)
    await until(isUpToDate(place))
    for (const [command, outcome] of [
      [{ name: 'mute' }, { ok: true, code: null }],
      [
        { name: 'volume', cap: 40 },
        { ok: true, code: null },
      ],
      [
        { name: 'skip', channel: 'audio' },
        { ok: false, code: 'nothing-on-air' },
      ],
      [
        { name: 'skip', channel: 'screen' },
        { ok: false, code: 'nothing-on-air' },
      ],
      [{ name: 'clear-cache' }, { ok: true, code: null }],
    ] as const) {
      const { status, json } = await give(place, command)
      expect([status, json]).toMatchObject([201, { command, outcome, by: 'Quản trị' }])
    }
    await until(async () => (await liveOf(place)).status?.volumeCap === 40)
    expect((await liveOf(place)).status).toMatchObject({ muted: true, volumeCap: 40 })
    await first.stop()
    expect(kinds(place.folder, 'mute')).toEqual([{ kind: 'mute', muted: true }])
    expect(kinds(place.folder, 'volume')).toEqual([{ kind: 'volume', cap: 40 }])

    play(place.url, place.folder)
    await until(async () => (await liveOf(place)).status?.muted === true)
    await give(place, { name: 'unmute' })
    await until(async () => (await liveOf(place)).status?.muted === false)
    const { json } = await place.admin.get(`/api/devices/${place.id}/commands?limit=2`)
    const page = json as unknown as { items: CommandRecord[]; next: string }
    expect(page.items.map(({ command }) => command.name)).toEqual(['unmute', 'clear-cache'])
    const rest = await place.admin.get(
      `/api/devices/${place.id}/commands?limit=50&cursor=${page.next}`,
    )
    const items = (rest.json as unknown as { items: CommandRecord[] }).items
    expect(items.map(({ command }) => command.name)).toEqual(['skip', 'skip', 'volume', 'mute'])
  })

  test('a restart is answered before it happens', async () => {
    const place = await enrolled()
    let restarts = 0
    play(place.url, place.folder, () => {
      restarts += 1
    })
    await until(isUpToDate(place))
    expect((await give(place, { name: 'restart' })).json).toMatchObject({ outcome: { ok: true } })
    expect(restarts).toBe(1)
  })

  test('restart: the same process goes on as a new one, in order, and comes back', async () => {
    const place = await enrolled()
    const player = startPlayerProcess(place.folder)
    await until(isUpToDate(place))
    expect((await give(place, { name: 'restart' })).json).toMatchObject({ outcome: { ok: true } })
    await until(async () => kinds(place.folder, 'boot').length === 2 && isUpToDate(place)())
    expect(kinds(place.folder, 'boot')).toMatchObject([{ clean: true }, { clean: true }])
    expect(kinds(place.folder, 'stop')).toHaveLength(1)
    expect(readFileSync(`/proc/${player.pid}/cmdline`, 'utf8')).toContain('player/main.ts')
    await player.stop()
    expect(kinds(place.folder, 'stop')).toHaveLength(2)
  })

  test('identify is heard at the output, and is no play', async () => {
    const place = await enrolled()
    const path = join(tempFolder(), 'heard.pcm')
    play(place.url, place.folder, () => {}, `file:${path}`)
    await until(isUpToDate(place))
    const loudest = () => {
      const bytes = readFileSync(path)
      const samples = new Int16Array(bytes.buffer, bytes.byteOffset, bytes.length >> 1)
      return samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0)
    }
    await until(() => existsSync(path))
    expect(loudest()).toBe(0)
    expect((await give(place, { name: 'identify' })).json).toMatchObject({ outcome: { ok: true } })
    await until(() => loudest() > 3_000)
    expect(kinds(place.folder, 'play')).toEqual([])
  })

  test('of a device that is away fail by name, and are listed all the same', async () => {
    const place = await enrolled()
    const { status, json } = await give(place, { name: 'mute' })
    expect([status, json.code]).toEqual([409, 'device-offline'])
    const list = await place.admin.get(`/api/devices/${place.id}/commands`)
    expect((list.json as unknown as { items: unknown[] }).items).toMatchObject([
      { command: { name: 'mute' }, outcome: { ok: false, code: 'device-offline' } },
    ])
  })

  test('need the right to operate, and must be ones that there are', async () => {
    const place = await enrolled()
    const stranger = person(place.url)
    expect((await give({ ...place, admin: stranger }, { name: 'mute' })).status).toBe(401)
    for (const bad of [{ name: 'shell' }, { name: 'screenshot' }, { name: 'volume', cap: 101 }, {}])
      expect((await give(place, bad)).status).toBe(400)
  })
})

describe('a new signing key', () => {
  test('is followed by who is connected, and by who was away for several of them', async () => {
    const place = await enrolled()
    const player = play(place.url, place.folder)
    await until(isUpToDate(place))
    const rotate = () => place.admin.post('/api/signing-key/rotations')
    const before = (await place.admin.get('/api/signing-key')).json
    expect((await rotate()).json).toMatchObject({ version: 1 })
    await until(async () => kinds(place.folder, 'keys').length === 1 && isUpToDate(place)())
    await player.stop()

    for (const version of [2, 3, 4]) expect((await rotate()).json).toMatchObject({ version })
    play(place.url, place.folder)
    await until(async () => kinds(place.folder, 'keys').length === 2 && isUpToDate(place)())
    expect(kinds(place.folder, 'keys')).toEqual([
      { kind: 'keys', what: 'followed', version: 1 },
      { kind: 'keys', what: 'followed', version: 4 },
    ])
    expect((await place.admin.get('/api/signing-key')).json.keyid).not.toBe(before.keyid)
    expect(kinds(place.folder, 'refusal')).toEqual([])
  })

  test('is nobody else’s business', async () => {
    const place = await office()
    const stranger = person(place.url)
    expect((await stranger.post('/api/signing-key/rotations')).status).toBe(401)
  })
})

describe('the end of an enrolment', () => {
  const end = ({ admin, id }: Office) => admin.send('DELETE', `/api/devices/${id}/enrolment`)

  test('lets the player in no more, voids its codes, and keeps what its keys signed provable', async () => {
    const place = await enrolled()
    const spare = await codeFor(place.admin, place.id)
    play(place.url, place.folder)
    await until(isUpToDate(place))
    const { status, json } = await end(place)
    expect([status, json.enrolledAt]).toEqual([200, null])
    await until(async () => !(await liveOf(place)).online)
    await expect(enrolAt(place.url, join(tempFolder(), 'other'), spare)).rejects.toMatchObject({
      code: 'code-unknown',
    })
    await expect(enrolAt(place.url, place.folder, place.code)).rejects.toMatchObject({
      code: 'code-used',
    })
    // It goes on being what it was: plans that were signed for it are still played.
    expect(loadIdentity(place.folder)).toBeDefined()
  })

  test('a new code makes new keys, and the journal goes on', async () => {
    const place = await enrolled()
    const player = play(place.url, place.folder)
    await until(isUpToDate(place))
    await player.stop()
    const before = loadIdentity(place.folder)
    const code = await codeFor(place.admin, place.id)
    // Started with the code that it spent, it is what it is; with another one, it enrols anew.
    expect(loadIdentity(place.folder, place.code)).toBeDefined()
    expect(loadIdentity(place.folder, code)).toBeUndefined()
    await enrolAt(place.url, place.folder, code)
    const after = loadIdentity(place.folder, code)
    expect(after?.device.publicKey).not.toBe(before?.device.publicKey)
    expect(after?.enrolment.deviceId).toBe(before?.enrolment.deviceId)
    expect(readdirSync(join(place.folder, 'earlier'))).toHaveLength(1)
    play(place.url, place.folder)
    await until(isUpToDate(place))
    await until(async () => (await liveOf(place)).status?.unsentRecords === 0)
    expect(kinds(place.folder, 'boot')).toHaveLength(2)
  })
})

test('the folder and its files are the account’s alone, whoever starts the player and wherever', async () => {
  const { folder } = await enrolled()
  const modes = () =>
    [
      folder,
      ...readdirSync(folder, { withFileTypes: true }).map((entry) => join(folder, entry.name)),
    ].map((path) => [path, statSync(path).mode & 0o077] as const)
  // As an earlier version left it: everybody could read it.
  chmodSync(folder, 0o755)
  for (const [path] of modes()) if (statSync(path).isFile()) chmodSync(path, 0o644)
  const player = startPlayerProcess(folder)
  await until(async () => eventsOf(folder, 'boot').length > 0)
  await player.stop()
  expect(statSync(folder).mode & 0o777).toBe(0o700)
  const files = modes().filter(([path]) => statSync(path).isFile())
  expect(files.map(([path]) => basename(path))).toEqual(
    expect.arrayContaining(['identity.json', 'journal.db', 'lock.db']),
  )
  expect(files.filter(([, mode]) => mode !== 0)).toEqual([])
})
