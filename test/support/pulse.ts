import { type ChildProcess, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Set by setup/ where PulseAudio is installed or could be. */
export const PULSEAUDIO = process.env.PULSEAUDIO_PATH

export type Pulse = {
  /** Environment in which its clients find it. */
  env: { PULSE_SERVER: string }
  /** Records what the sink plays: 16 bit, mono, 48 kHz. */
  record: () => { stop: () => Promise<Int16Array> }
  close: () => Promise<void>
}

const ended = (child: ChildProcess) => new Promise((resolve) => child.once('exit', resolve))

/** A sound server of its own with one sink that nobody hears. */
export const startPulse = async (): Promise<Pulse> => {
  const folder = mkdtempSync(join(tmpdir(), 'loabang-pulse-'))
  const runtime = join(folder, 'run')
  mkdirSync(runtime, { mode: 0o700 })
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
      'module-null-sink sink_name=horn rate=48000 channels=1 format=s16le',
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
  return {
    env,
    record() {
      const chunks: Buffer[] = []
      const format = [
        '--format=s16le',
        '--rate=48000',
        '--channels=1',
        '--raw',
        '--latency-msec=20',
      ]
      const child = spawn('parec', ['-d', 'horn.monitor', ...format], { env: clientEnv })
      child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk))
      return {
        async stop() {
          child.kill('SIGINT')
          await ended(child)
          const all = Buffer.concat(chunks)
          return new Int16Array(all.buffer, all.byteOffset, all.length >> 1)
        },
      }
    },
    async close() {
      const gone = ended(server)
      server.kill('SIGKILL')
      await gone
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
