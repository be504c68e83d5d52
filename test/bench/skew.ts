import { spawn } from 'node:child_process'
import { createWriteStream, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { createConnection, createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Clock, createClock } from '../../player/time/clock.ts'
import { monotonicMs } from '../../player/time/monotonic.ts'
import { aPlanItem } from '../support/builders.ts'
import { syncedClock } from '../support/clock.ts'
import { PULSEAUDIO, type Pulse, startPulse } from '../support/pulse.ts'
import { atMost, percentile, type Report, reportOf, rounded } from './report.ts'
import { aSpeaker, BURST_LEVEL, BURST_MS, burst, IS_FULL, onsets, sleep } from './sound.ts'

const STARTS = IS_FULL ? 200 : 60
const APART_MS = 250
const AHEAD_MS = 2_000
const EXCHANGES = 64

/** Two loudspeakers on one sink, one to the left, one to the right: what lies between them is theirs. */
const pair = (pulse: Pulse) => {
  const { control } = pulse
  control('load-module', 'module-null-sink', 'sink_name=pair', 'rate=48000', 'channels=2')
  for (const side of ['left', 'right']) {
    const map = [`master_channel_map=front-${side}`, 'channel_map=mono', 'channels=1', 'remix=no']
    control('load-module', 'module-remap-sink', `sink_name=${side}`, 'master=pair', ...map)
  }
  const format = ['--format=s16le', '--rate=48000', '--channels=2', '--raw', '--latency-msec=20']
  return () => {
    const chunks: Buffer[] = []
    const child = spawn('parec', ['-d', 'pair.monitor', ...format], {
      env: { ...process.env, ...pulse.env },
    })
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk))
    return async () => {
      const closed = new Promise((resolve) => child.once('close', resolve))
      child.kill('SIGINT')
      await closed
      const all = Buffer.concat(chunks)
      const both = new Int16Array(all.buffer, all.byteOffset, all.length >> 1)
      const side = (first: number) =>
        Int16Array.from(
          { length: both.length >> 1 },
          (_, index) => both[2 * index + first] as number,
        )
      return { left: side(0), right: side(1) }
    }
  }
}

/** How far the second of two onsets is from the first, ms, for each start; and how many had no partner. */
const skewsOf = ({ left, right }: { left: Int16Array; right: Int16Array }, level?: number) => {
  const there = onsets(right, 60, level)
  const skews = onsets(left, 60, level).flatMap((at) => {
    const nearest = there.reduce(
      (best, other) => (Math.abs(other - at) < Math.abs(best - at) ? other : best),
      Infinity,
    )
    return Math.abs(nearest - at) < 100 * 48 ? [(nearest - at) / 48] : []
  })
  return skews
}

/** A server's clock behind a mobile network: each way takes 25 ms and an exponential 20 ms more, and now and then 400 ms. */
const startFarClock = async (ahead: number): Promise<Server> => {
  const server = createServer((socket) =>
    socket.on('data', () => {
      const receivedAt = monotonicMs() + ahead
      socket.write(`${receivedAt} ${monotonicMs() + ahead}`)
    }),
  )
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return server
}

const wayMs = () => 25 - 20 * Math.log(1 - Math.random()) + (Math.random() < 0.03 ? 400 : 0)

/** A player's clock that has only ever seen that network. */
const farClock = async (folder: string, server: Server): Promise<Clock> => {
  mkdirSync(folder, { recursive: true })
  const clock = createClock(join(folder, 'clock.json'))
  const socket = createConnection((server.address() as AddressInfo).port, '127.0.0.1')
  for (let count = 0; count < EXCHANGES; count++) {
    const sentAt = monotonicMs()
    await sleep(wayMs())
    const answer = new Promise<Buffer>((resolve) => socket.once('data', resolve))
    socket.write('?')
    const [serverReceivedAt = 0, serverSentAt = 0] = String(await answer)
      .split(' ')
      .map(Number)
    await sleep(wayMs())
    clock.addSample({ sentAt, serverReceivedAt, serverSentAt, receivedAt: monotonicMs() })
  }
  socket.destroy()
  return clock
}

const ours = async (folder: string, clocks: readonly [Clock, Clock]): Promise<number[]> => {
  const pulse = await startPulse()
  Object.assign(process.env, pulse.env)
  const record = pair(pulse)
  const path = burst(folder)
  const item = aPlanItem('burst', BURST_MS)
  const players = clocks.map((clock, index) => ({
    clock,
    ...aSpeaker(join(folder, String(index)), `pulse:${index === 0 ? 'left' : 'right'}`, clock),
  }))
  for (const { speaker, isOpen } of players) {
    await speaker.prepare(item, path)
    await isOpen()
  }
  const stop = record()
  await sleep(1_000)
  for (let count = 0; count < STARTS; count++) {
    // One instant of the server's time for both, as a plan has it.
    const from = Math.round((clocks[0].now() ?? 0) + AHEAD_MS)
    for (const { speaker } of players) {
      const to = from + BURST_MS
      await speaker.cue({ key: String(count), item, path, from, to, offsetMs: 0, volume: 100 })
    }
    await sleep(APART_MS)
  }
  await sleep(AHEAD_MS + 500)
  const heard = await stop()
  for (const { speaker } of players) await speaker.close()
  await pulse.close()
  return skewsOf(heard)
}

/** The same bursts through Snapcast: one server, two clients, the same two sinks. */
const snapcast = async (folder: string): Promise<number[]> => {
  const pulse = await startPulse()
  const record = pair(pulse)
  const env = { ...process.env, ...pulse.env, HOME: folder }
  const pipe = join(folder, 'snap.pipe')
  const start = (program: string, ...args: string[]) => {
    const child = spawn(program, args, { env, stdio: 'ignore' })
    child.on('error', () => {})
    return child
  }
  const source = `pipe://${pipe}?name=default&sampleformat=48000:16:2&codec=pcm&mode=create`
  const off = ['--tcp.enabled=false', '--http.enabled=false', `--server.datadir=${folder}`]
  const children = [start('snapserver', '-c', '/dev/null', ...off, `--stream.source=${source}`)]
  await sleep(1_500)
  for (const [index, side] of ['left', 'right'].entries()) {
    const args = ['-h', '127.0.0.1', '-i', String(index + 1), '--hostID', side, '-s', side]
    children.push(start('snapclient', ...args, '--player', 'pulse'))
  }
  const feed = createWriteStream(pipe)
  const isBurst = (frame: number) => frame % (APART_MS * 48) < BURST_MS * 48
  let frame = 0
  const begun = monotonicMs()
  const feeding = setInterval(() => {
    const due = Math.floor((monotonicMs() - begun) * 48)
    const frames = new Int16Array(2 * Math.max(0, due - frame))
    for (let index = 0; index < frames.length; index += 2, frame++) {
      const sample = isBurst(frame) ? (frame % 48 < 24 ? 16_000 : -16_000) : 0
      frames[index] = sample
      frames[index + 1] = sample
    }
    feed.write(Buffer.from(frames.buffer))
  }, 20)
  feed.on('error', () => {})
  await sleep(10_000)
  const stop = record()
  await sleep(STARTS * APART_MS)
  const heard = await stop()
  clearInterval(feeding)
  for (const child of children) child.kill('SIGKILL')
  feed.destroy()
  await pulse.close()
  return skewsOf(heard, BURST_LEVEL / 2)
}

const summary = (name: string, skews: readonly number[]) => {
  const off = skews.map(Math.abs)
  return {
    [`${name}: compared`]: skews.length,
    [`${name}: mean ms`]: rounded(off.reduce((sum, ms) => sum + ms, 0) / off.length, 3),
    [`${name}: p99 ms`]: rounded(percentile(off, 0.99), 3),
    [`${name}: worst ms`]: rounded(Math.max(...off), 3),
  }
}

/** How far apart two loudspeakers are that are to begin together. */
export const skew = async (): Promise<Report> => {
  if (!PULSEAUDIO) throw new Error('PulseAudio is needed: PULSEAUDIO_PATH')
  const folder = mkdtempSync(join(tmpdir(), 'loabang-bench-'))
  const clock = syncedClock(folder)
  const near = await ours(folder, [clock, clock])
  const server = await startFarClock(1_000_000)
  const clocks = await Promise.all(['a', 'b'].map((name) => farClock(join(folder, name), server)))
  // A clock is pulled, not set: it takes its time to where its best exchange says.
  await sleep(20_000)
  const far = await ours(folder, clocks as [Clock, Clock])
  server.close()
  const theirs = await snapcast(folder)
  rmSync(folder, { recursive: true, force: true })
  const worst = (skews: readonly number[]) =>
    skews.length < STARTS ? Number.POSITIVE_INFINITY : rounded(Math.max(...skews.map(Math.abs)), 3)
  return reportOf('skew', {
    figures: {
      starts: STARTS,
      ...summary('one clock', near),
      ...summary('two clocks over a mobile network', far),
    },
    limit: { 'one sample ms': rounded(1 / 48, 3), ...summary('peer: Snapcast, one host', theirs) },
    goals: [
      atMost('one clock, worst ms', worst(near), 1),
      atMost('mobile network, worst ms', worst(far), 20),
    ],
  })
}
