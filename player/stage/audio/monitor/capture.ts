import { spawn } from 'node:child_process'
import { monotonicMs } from '../../../time/monotonic.ts'
import { createClockLine } from '../clock-line.ts'
import { BYTES_PER_SAMPLE, SAMPLES_PER_MS } from '../format.ts'
import { HEARD_RATE } from './decimate.ts'

/** How far back what was heard is kept. */
const KEPT = 20 * HEARD_RATE
const RETRY_MS = 1_000
/** The clock line counts samples of the mixer's rate. */
const LINE_SAMPLES_PER_SECOND = SAMPLES_PER_MS * 1000

/** `pulse` (what the default sink plays), `pulse:SOURCE`, or `alsa:DEVICE` for a microphone. */
const commandFor = (monitor: string): [string, string[]] => {
  const [kind, source] = monitor.split(/:(.*)/s)
  if (kind === 'alsa') {
    const format = ['-t', 'raw', '-f', 'S16_LE', '-r', String(HEARD_RATE), '-c', '1']
    return ['arecord', ['-q', '-D', source || 'default', ...format, '--buffer-time=100000', '-']]
  }
  const format = ['--format=s16le', `--rate=${HEARD_RATE}`, '--channels=1', '--raw']
  const device = source || '@DEFAULT_MONITOR@'
  return ['parec', ['-d', device, ...format, '--latency-msec=20', '--client-name=Loabang', '-v']]
}

/** Listens, and knows when it heard what; comes back when the source does. */
export const createCapture = (monitor: string) => {
  const ring = new Int16Array(KEPT)
  let line = createClockLine()
  let heard = 0
  let earliest = Number.POSITIVE_INFINITY
  let isClosed = false
  let retry: NodeJS.Timeout | undefined

  const listen = () => {
    line = createClockLine()
    heard = 0
    earliest = Number.POSITIVE_INFINITY
    const [program, args] = commandFor(monitor)
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] })
    let odd = Buffer.alloc(0)
    child.stdout.on('data', (chunk: Buffer) => {
      const bytes = odd.length > 0 ? Buffer.concat([odd, chunk]) : chunk
      const count = Math.floor(bytes.length / BYTES_PER_SAMPLE)
      for (let index = 0; index < count; index++) {
        ring[(heard + index) % KEPT] = bytes.readInt16LE(index * BYTES_PER_SAMPLE)
      }
      odd = Buffer.from(bytes.subarray(count * BYTES_PER_SAMPLE))
      heard += count
      if (program === 'arecord') guess()
    })
    child.stderr.on('data', (chunk: Buffer) => {
      const monoMs = monotonicMs()
      const time = [...chunk.toString().matchAll(/Time: (\d+\.\d+) sec/g)].at(-1)
      if (time) line.add({ monoMs, sample: Number(time[1]) * LINE_SAMPLES_PER_SECOND })
    })
    const ended = () => {
      clearTimeout(retry)
      if (!isClosed) retry = setTimeout(listen, RETRY_MS)
    }
    child.on('error', ended)
    child.on('close', ended)
    stop = () => child.kill('SIGTERM')
  }

  /** Without a word about its clock: no sample comes before it was heard, and the quickest is the truest. */
  const guess = () => {
    const monoMs = monotonicMs()
    earliest = Math.min(earliest, monoMs - (1000 * heard) / HEARD_RATE)
    line.add({
      monoMs,
      sample: ((monoMs - earliest) / 1000) * LINE_SAMPLES_PER_SECOND,
    })
  }

  let stop = () => {}
  listen()

  return {
    /**
     * What was heard from an instant on; undefined where that has not come yet, or is forgotten, or
     * the clock is not known.
     */
    from(mono: number, count: number): Float32Array | 'later' | 'gone' {
      const at = line.sampleAt(mono)
      if (at === undefined) return 'later'
      const first = Math.round((at / LINE_SAMPLES_PER_SECOND) * HEARD_RATE)
      if (first + count > heard) return 'later'
      if (first < 0 || first < heard - KEPT) return 'gone'
      return Float32Array.from(
        { length: count },
        (_, index) => ring[(first + index) % KEPT] as number,
      )
    },
    close() {
      isClosed = true
      clearTimeout(retry)
      stop()
    },
  }
}
