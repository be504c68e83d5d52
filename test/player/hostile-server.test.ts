import { readFileSync } from 'node:fs'
import type { RequestListener, ServerResponse } from 'node:http'
import { type AddressInfo, createServer as createTcpServer } from 'node:net'
import { join } from 'node:path'
import pino from 'pino'
import { describe, expect, onTestFinished, test } from 'vitest'
import { AppError, type DayPlan, type Envelope, type Manifest, type Sha256 } from '#protocol'
import { readConfig } from '../../player/config.ts'
import { checkNetwork } from '../../player/doctor/check-network.ts'
import { askServer } from '../../player/identity/ask-server.ts'
import { statsOf } from '../bench/process-stats.ts'
import { type BareServer, startBareServer } from '../support/bare-server.ts'
import { sha } from '../support/builders.ts'
import { syncedClock } from '../support/clock.ts'
import { type Clip, clips, deviceFolder, knowTheTime, segmentOf } from '../support/device-folder.ts'
import { serve } from '../support/hls.ts'
import { eventsOf, startPlayerProcess } from '../support/player-process.ts'
import { tempFolder } from '../support/temp-folder.ts'
import { until } from '../support/until.ts'

const DAY_MS = 86_400_000
/** A player takes some 130 MB by itself; a box has 512 MB for it, its browser and the system. */
const MOST_MEGABYTES = 320

/** Sends for as long as anybody reads. */
const sendForEver = (response: ServerResponse) => {
  const chunk = Buffer.alloc(256_000, ' ')
  const write = () => {
    while (!response.destroyed && response.write(chunk));
  }
  response.on('drain', write)
  write()
}

/** A device that plays two clips in turn, all day, from a server that a test speaks for. */
const device = async (
  answer: RequestListener,
  {
    lengths = [1_500, 1_500],
    onConnection,
  }: Partial<{
    lengths: number[]
    onConnection: Parameters<typeof startBareServer>[1]
  }> = {},
) => {
  const server = await startBareServer(answer, onConnection)
  const folder = join(tempFolder(), 'player')
  const items = clips(tempFolder(), lengths)
  const startsAt = Math.floor(Date.now() / DAY_MS) * DAY_MS - DAY_MS
  const segments = [segmentOf(items, 0, DAY_MS)]
  const made = deviceFolder(folder, { startsAt, days: 35, items, segments, server: server.url })
  knowTheTime(folder)
  const plays = () => eventsOf(folder, 'play').map(({ play }) => play)
  const completed = () => plays().filter(({ outcome }) => outcome === 'completed').length
  return { ...made, server, folder, items, startsAt, plays, completed }
}

const say = async ({ player }: Pick<BareServer, 'player'>, event: string, ...args: unknown[]) => {
  await until(player)
  player()?.emit(event, ...args)
}

/** Another revision, with one plan for every day. */
const revised = (
  manifest: Manifest,
  revision: number,
  plan: Sha256,
  more: Partial<Manifest> = {},
) => ({
  ...manifest,
  revision,
  days: manifest.days.map((day) => ({ ...day, plans: { audio: plan } })),
  ...more,
})

test('nothing that a server sends ends a player, silences it, or fills its memory', async () => {
  let elsewhere = 0
  const other = createTcpServer((socket) => {
    elsewhere += 1
    socket.destroy()
  })
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void other.close())
  const otherUrl = `http://127.0.0.1:${(other.address() as AddressInfo).port}/x`

  const endless = sha('endless')
  const redirects: Record<string, string> = {
    [sha('no address')]: 'http://[',
    [sha('elsewhere')]: otherUrl,
    [sha('itself')]: `/api/plans/${sha('itself')}`,
    [sha('a file')]: 'file:///etc/passwd',
  }
  const answer: RequestListener = (request, response) => {
    const name = request.url?.split('/').at(-1) ?? ''
    const location = redirects[name]
    if (location !== undefined) return void response.writeHead(302, { location }).end()
    if (name === endless) return sendForEver(response)
    return void response.writeHead(404).end()
  }
  const here = await device(answer, {
    // The first connection gets more than a challenge can be, before anybody is welcome.
    onConnection(socket, count) {
      if (count === 1) socket.emit('desired', 'x'.repeat(200_000))
      return count > 1
    },
  })
  const { server, folder, manifest, seal, completed } = here
  const settings = { TRUST_SYSTEM_CLOCK: 'yes', DOWNLOAD_SPREAD_MINUTES: '0' }
  const player = startPlayerProcess(folder, settings)
  const isLogged = (text: string) => until(() => player.log().includes(text))
  await until(() => completed() > 0)
  await until(server.player)

  const junk = [
    null,
    1,
    '',
    [],
    {},
    { revision: -1 },
    { revision: 1, manifest: null },
    'x'.repeat(1e6),
  ]
  for (const message of junk) await say(server, 'desired', message)
  await say(server, 'desired')
  await say(server, 'desired', { revision: 1, keys: Array(2_000).fill({}), manifest: {} })
  await say(server, 'unknown', {})
  for (const command of [{ name: 'mute' }, { name: 'self-destruct' }, {}, null])
    await say(server, 'command', command)
  await say(server, 'challenge', { nonce: 5 })
  await isLogged('what is no message of the protocol')
  // What cannot be read is refused in the journal and to the server, like any other manifest.
  expect(eventsOf(folder, 'refusal')).toContainEqual(
    expect.objectContaining({ refusal: 'format', revision: null }),
  )
  const toAnswer = server.player()?.timeout(10_000)
  expect(await toAnswer?.emitWithAck('command', { name: 'self-destruct' })).toEqual({
    ok: false,
    code: 'bad-input',
  })

  // Plans that cannot be had.
  let revision = 1
  for (const [plan, text] of [
    [sha('no address'), 'what is no address'],
    [sha('elsewhere'), 'redirected to another server'],
    [sha('itself'), 'redirected again and again'],
    [sha('a file'), 'redirected to another server: file:'],
  ] as const) {
    revision += 1
    await say(server, 'desired', { revision, manifest: seal(revised(manifest, revision, plan)) })
    await isLogged(text)
  }
  revision += 1
  await say(server, 'desired', { revision, manifest: seal(revised(manifest, revision, endless)) })
  await until(() => eventsOf(folder, 'refusal').some(({ refusal }) => refusal === 'hash'))

  // A difference that would be gigabytes, which is asked for whole.
  const length = Buffer.from(seal(manifest).payload, 'base64').toString().length
  const { payload, ...sealed } = seal(manifest)
  const parts = Array.from({ length: 20_000 }, () => [0, length])
  let isAskedWhole = false
  await until(server.player)
  server.player()?.on('whole', () => {
    isAskedWhole = true
  })
  await say(server, 'desired', { revision: 99, difference: { base: 1, ...sealed, parts } })
  await until(() => isAskedWhole)

  // A message that is larger than any may be.
  const before = server.connections()
  await say(server, 'desired', 'x'.repeat(20_000_000))
  await until(() => server.connections() > before && server.player())

  // Media that cannot be had: the plan is in force, and what is here is played.
  const wanted = sha('a medium')
  redirects[wanted] = 'http://['
  const media = [...manifest.media, { sha256: wanted, bytes: 9, mime: 'audio/ogg' }]
  revision += 1
  const taken = seal({ ...manifest, revision, media })
  await say(server, 'desired', { revision, manifest: taken })
  await until(() => eventsOf(folder, 'media').some(({ what }) => what === 'refused'))

  const sofar = completed()
  await until(() => completed() >= sofar + 3)
  expect(elsewhere).toBe(0)
  expect(player.log()).not.toContain('a fault in the program')
  expect(eventsOf(folder, 'boot')).toHaveLength(1)
  expect(eventsOf(folder, 'mute')).toEqual([])
  expect(statsOf(player.pid).peak).toBeLessThan(MOST_MEGABYTES)
  await player.stop()
  expect(eventsOf(folder, 'stop')).toHaveLength(1)
})

test('cleared of its cache, a loudspeaker plays on: what is on air, an emergency, and what comes next', async () => {
  const files = new Map<string, Buffer>()
  const { server, folder, items, plan, planText, manifest, seal, plays } = await device(
    (request, response) => {
      const bytes = files.get(request.url ?? '')
      if (bytes) response.end(bytes)
      else response.writeHead(404).end()
    },
    { lengths: [8_000] },
  )
  const player = startPlayerProcess(folder, { TRUST_SYSTEM_CLOCK: 'yes' })
  const [alarm] = clips(tempFolder(), [3_000]) as [Clip]
  const [song] = items as [Clip]
  for (const { path, sha256 } of [alarm, song]) files.set(`/media/${sha256}`, readFileSync(path))

  // On air: the journal holds it open, and the status says so.
  let status: { channels: { now: { title: string } | null; rmsDbfs: number | null }[] } | undefined
  await until(server.player)
  server.player()?.on('status', (said) => {
    status = said
  })
  await until(() => status?.channels[0]?.rmsDbfs !== null && status?.channels[0]?.now)
  const ask = () => server.player()?.timeout(10_000).emitWithAck('command', { name: 'clear-cache' })
  // This server takes no records: the player gives up a connection after a while and makes another.
  const clear = () => until(async () => (await ask()?.catch(() => undefined))?.ok === true)
  type Play = ReturnType<typeof plays>[number]
  const isOf = (clip: Clip) => (play: Play) => play.asset.sha256 === clip.sha256
  const isWhole = ({ cause, outcome }: Play) => cause === null && outcome === 'completed'
  const wholeAlarm = () => plays().find((play) => isOf(alarm)(play) && isWhole(play))
  // On a busy machine a round of the emergency can pass before it is fetched and decoded.
  const isFetched = (play: Play) =>
    !isOf(alarm)(play) || play.plannedStartAt >= (wholeAlarm()?.plannedStartAt ?? 0)
  // What has less than a second left when its turn comes may be too late, or comes while the
  // emergency still fades out, and says so.
  const isToldWhy = ({ cause }: Play) => cause === 'joined-late' || cause === 'emergency'
  const isTorn = (play: Play) =>
    play.outcome === 'interrupted' ||
    (play.outcome === 'failed' && !isToldWhy(play) && isFetched(play))
  await clear()
  expect(plays().filter(isTorn)).toEqual([])

  // All day, so that it is on whenever the player is ready for it, and comes round until it was heard whole.
  const urgent = segmentOf([alarm], 0, DAY_MS, {
    because: {
      ...(plan.segments[0] as DayPlan['segments'][number]).because,
      priority: 'emergency',
    },
  })
  const text = JSON.stringify({ ...plan, segments: [urgent] })
  for (const one of [text, planText]) files.set(`/api/plans/${sha(one)}`, Buffer.from(one))
  const media = [alarm, song].map(({ path, sha256 }) => ({
    ...{ sha256, mime: 'audio/ogg' },
    bytes: readFileSync(path).length,
  }))
  const envelope: Envelope = seal(revised(manifest, 2, sha(text), { media }))
  await say(server, 'desired', { revision: 2, manifest: envelope })

  await until(() => wholeAlarm() !== undefined)
  // What was on air was ended by the new plan and by nothing else, and comes back after the emergency.
  expect(plays().filter(isTorn)).toEqual([])
  const before = plays().filter(isOf(song)).length
  const back = seal(revised(manifest, 3, sha(planText), { media }))
  await say(server, 'desired', { revision: 3, manifest: back })
  await until(() => plays().filter(isOf(song)).length > before)
  for (const play of plays().filter(isFetched))
    expect(play.measured, play.cause ?? '').not.toBeNull()
  await clear()
  const sofar = plays().length
  await until(() => plays().length >= sofar + 2)
  expect(plays().filter(isTorn)).toEqual([])
  // What came back while the emergency faded out was silenced by nobody’s hand.
  expect(plays().filter(({ cause }) => cause === 'muted')).toEqual([])
  await player.stop()
})

describe('an enrolment', () => {
  const request = { code: 'x', deviceKey: 'x', journalKey: 'x', software: 'x' }
  const refusalOf = (url: string) =>
    askServer(url, request).then(
      () => 'taken',
      (error) =>
        error instanceof AppError ? `${error.code}: ${error.params.detail}` : String(error),
    )

  test('is not carried to another server, and reads no answer without an end', async () => {
    const other = await serve((_request, response) => response.end('{}'))
    const moved = await serve((_request, response) =>
      response.writeHead(307, { location: `${other.url}/api/player/enrolment` }).end(),
    )
    const endless = await serve((_request, response) => sendForEver(response))
    const broken = await serve((_request, response) => response.end('{"code":'))
    expect(await refusalOf(moved.url)).toContain(`server-unreachable: HTTP 307 → ${other.url}`)
    expect(other.connections()).toBe(0)
    expect(await refusalOf(endless.url)).toContain('server-unreachable: the answer is longer than')
    expect(await refusalOf(broken.url)).toBe('server-unreachable: HTTP 200')
  })

  test('and the doctor’s question go to the server that was named, and wait for no end', async () => {
    const other = await serve((_request, response) => response.end('{}'))
    const moved = await serve((_request, response) =>
      response.writeHead(302, { location: other.url }).end(),
    )
    const endless = await serve((_request, response) => sendForEver(response))
    const findingAt = async (url: string) => {
      const folder = tempFolder()
      const { finding } = await checkNetwork({
        config: readConfig([], { SERVER_URL: url, DATA_DIR: folder }),
        lang: 'en',
        clock: syncedClock(folder),
        log: pino({ level: 'silent' }),
        position: () => ({ appliedRevision: null, epoch: 0, keysVersion: 0 }),
      })
      return finding
    }
    expect(await findingAt(moved.url)).toMatchObject({
      says: 'network-unreachable',
      params: { detail: 'HTTP 302' },
    })
    expect(other.connections()).toBe(0)
    // It is there; what it would have gone on to say is not waited for.
    expect(await findingAt(endless.url)).toMatchObject({ says: 'network-not-enrolled' })
  })
})
