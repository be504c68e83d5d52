import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { monotonicMs } from '../../player/time/monotonic.ts'

/** Set by setup/ where PulseAudio is installed or could be. */
export const PULSEAUDIO = process.env.PULSEAUDIO_PATH

export type Recording = {
  stop: () => Promise<Int16Array>
  /** All so far. */
  samples: () => Int16Array
  /** The monotonic instant at which the sink played a sample of the recording. */
  monoOf: (sample: number) => number
}

const SINK = ['module-null-sink', 'sink_name=horn', 'rate=48000', 'channels=1', 'format=s16le']

export type Pulse = {
  /** Environment in which its clients find it. */
  env: { PULSE_SERVER: string }
  folder: string
  /** Records what the sink plays: 16 bit, mono, 48 kHz. */
  record: () => Recording
  /** Says something to the server; returns what it answers. */
  control: (...args: string[]) => string
  /** Takes the sink away, as if its cable were pulled. */
  unplug: () => void
  plug: () => void
  close: () => Promise<void>
}

/** Of so many readings around a sample the middle one tells when it was played. */
const NEAR = 100

/**
 * When the samples of a recording were played. The sink has a clock of its own: over minutes it goes
 * milliseconds away from the monotonic one, so that only readings of the same seconds can tell.
 */
const createPlayedAt = () => {
  const readings: { sample: number; zeroAt: number }[] = []
  return {
    add(monoMs: number, sample: number) {
      readings.push({ sample, zeroAt: monoMs - sample / 48 })
    },
    monoOf(sample: number): number {
      const later = readings.findIndex((reading) => reading.sample > sample)
      const at = later < 0 ? readings.length : later
      const from = Math.max(0, Math.min(at - NEAR / 2, readings.length - NEAR))
      const near = readings.slice(from, from + NEAR).map(({ zeroAt }) => zeroAt)
      near.sort((a, b) => a - b)
      return (near[near.length >> 1] ?? Number.NaN) + sample / 48
    },
  }
}

const ended = (child: ChildProcess) => new Promise((resolve) => child.once('exit', resolve))

/**
 * A sound server of its own with one sink that nobody hears.
 * @param folder that of one that is closed, to be found where that was
 */
export const startPulse = async (
  folder = mkdtempSync(join(tmpdir(), 'loabang-pulse-')),
): Promise<Pulse> => {
  const runtime = join(folder, 'run')
  mkdirSync(runtime, { mode: 0o700, recursive: true })
  const socket = join(runtime, 'native')
  const server = spawn(
    PULSEAUDIO ?? 'pulseaudio',
    [
      '-n',
      '--daemonize=no',
      '--exit-idle-time=-1',
      '--use-pid-file=no',
      '--disallow-exit',
      '-L',
      `module-native-protocol-unix auth-anonymous=1 socket=${socket}`,
      '-L',
      SINK.join(' '),
    ],
    { env: { ...process.env, XDG_RUNTIME_DIR: runtime, HOME: folder }, stdio: 'ignore' },
  )
  const env = { PULSE_SERVER: `unix:${socket}` }
  const clientEnv = { ...process.env, ...env }
  for (let tries = 0; ; tries++) {
    const asked = spawn('pactl', ['info'], { env: clientEnv, stdio: 'ignore' })
    if ((await ended(asked)) === 0) break
    if (tries > 50) throw new Error('PulseAudio did not start')
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  const control = (...args: string[]) =>
    execFileSync('pactl', args, { env: clientEnv, encoding: 'utf8' })
  return {
    env,
    folder,
    control,
    unplug: () => void control('unload-module', 'module-null-sink'),
    plug: () => void control('load-module', ...SINK),
    record() {
      const chunks: Buffer[] = []
      const playedAt = createPlayedAt()
      const child = spawn(
        'parec',
        [
          ...['-d', 'horn.monitor', '--format=s16le', '--rate=48000', '--channels=1', '--raw'],
          ...['--latency-msec=20', '--verbose'],
        ],
        { env: clientEnv },
      )
      child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk))
      child.stderr.on('data', (chunk: Buffer) => {
        const monoMs = monotonicMs()
        const time = [...chunk.toString().matchAll(/Time: (\d+\.\d+) sec/g)].at(-1)
        if (time) playedAt.add(monoMs, Number(time[1]) * 48_000)
      })
      const samples = () => {
        const all = Buffer.concat(chunks)
        return new Int16Array(all.buffer, all.byteOffset, all.length >> 1)
      }
      return {
        samples,
        monoOf: playedAt.monoOf,
        async stop() {
          child.kill('SIGINT')
          await ended(child)
          return samples()
        },
      }
    },
    async close() {
      if (server.exitCode !== null || server.signalCode !== null) return
      const gone = ended(server)
      server.kill('SIGKILL')
      await gone
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
