import { type ChildProcess, spawn } from 'node:child_process'
import { monotonicMs } from '../../time/monotonic.ts'
import { BYTES_PER_SAMPLE, SAMPLE_RATE } from './format.ts'

/** A stream that says nothing for so long is as good as cut. */
const STALLED_MS = 3_000
const FIRST_RETRY_MS = 250
const LONGEST_RETRY_MS = 8_000
const CHECK_EVERY_MS = 250
/** What a stream may be fetched with, and nothing that opens files of this machine. */
const PROTOCOLS = 'http,https,httpproxy,tcp,tls,udp,rtp,rtsp,hls,crypto'

const argsFor = (address: string): string[] => [
  ...['-nostdin', '-v', 'error', '-protocol_whitelist', PROTOCOLS],
  ...['-fflags', 'nobuffer', '-analyzeduration', '1000000', '-i', address],
  ...['-map', '0:a:0', '-f', 's16le', '-ac', '1', '-ar', String(SAMPLE_RATE)],
  ...['-flush_packets', '1', 'pipe:1'],
]

/**
 * A stream pulled in by ffmpeg for as long as it is wanted: one that breaks off or falls silent on
 * the wire is fetched anew, the next address first, ever more patiently.
 * @param take gets samples as they come; returns false while it has room for no more
 */
export const createRelayStream = (
  ffmpeg: string,
  addresses: readonly string[],
  take: (samples: Int16Array) => boolean,
) => {
  let child: ChildProcess | undefined
  let failures = 0
  let connections = 0
  let heardAt = 0
  let isPaused = false
  let isClosed = false
  let retry: NodeJS.Timeout | undefined

  const connect = () => {
    const address = addresses[failures % addresses.length]
    if (isClosed || address === undefined) return
    let odd = Buffer.alloc(0)
    let hasSpoken = false
    heardAt = monotonicMs()
    const pulling = spawn(ffmpeg, argsFor(address), { stdio: ['ignore', 'pipe', 'ignore'] })
    child = pulling
    pulling.stdout.on('data', (chunk: Buffer) => {
      heardAt = monotonicMs()
      if (!hasSpoken) connections += 1
      hasSpoken = true
      failures = 0
      const whole = odd.length > 0 ? Buffer.concat([odd, chunk]) : chunk
      const usable = whole.length - (whole.length % BYTES_PER_SAMPLE)
      odd = Buffer.from(whole.subarray(usable))
      const aligned = Buffer.copyBytesFrom(whole, 0, usable)
      isPaused = !take(
        new Int16Array(aligned.buffer, aligned.byteOffset, usable / BYTES_PER_SAMPLE),
      )
      if (isPaused) pulling.stdout.pause()
    })
    const ended = () => {
      if (child !== pulling || isClosed) return
      child = undefined
      isPaused = false
      const longestMs = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** failures++)
      retry = setTimeout(connect, longestMs * (0.5 + Math.random() / 2))
    }
    pulling.on('error', ended)
    pulling.on('close', ended)
  }
  connect()

  const checking = setInterval(() => {
    if (child && !isPaused && monotonicMs() - heardAt > STALLED_MS) child.kill('SIGKILL')
  }, CHECK_EVERY_MS)

  return {
    /** There is room again. */
    resume() {
      if (!isPaused) return
      isPaused = false
      heardAt = monotonicMs()
      child?.stdout?.resume()
    },
    /** How often it came. */
    connections: () => connections,
    close() {
      isClosed = true
      clearTimeout(retry)
      clearInterval(checking)
      child?.kill('SIGKILL')
    },
  }
}
