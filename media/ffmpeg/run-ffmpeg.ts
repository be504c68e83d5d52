import { type ChildProcess, spawn } from 'node:child_process'
import { constants, setPriority } from 'node:os'
import { AppError, type DurationMs } from '#protocol'

export type FfmpegRun = {
  /** Called with the position reached in the output, as it goes on. */
  onTimeMs?: (timeMs: DurationMs) => void
  /** Receives what ffmpeg writes to `pipe:1`. Without it, `pipe:1` carries the progress. */
  onOutput?: (chunk: Buffer) => void
  timeoutMs?: DurationMs
}

export type FfmpegResult = {
  /** What ffmpeg reported, without its banner. */
  report: string
  /** How much it put out, in media time; 0 where progress was not asked for. */
  timeMs: DurationMs
}

/** Runs ffmpeg with these arguments. @throws AppError file-unreadable, program-missing */
export type Ffmpeg = (args: readonly string[], run?: FfmpegRun) => Promise<FfmpegResult>

const DEFAULT_TIMEOUT_MS = 30 * 60_000
const REPORT_LIMIT = 64_000

/** Conversions yield to whatever talks to devices. */
const stepBack = (child: ChildProcess) => {
  if (!child.pid) return
  try {
    setPriority(child.pid, constants.priority.PRIORITY_BELOW_NORMAL)
  } catch {
    // It has ended already, or the system does not let us: neither harms the result.
  }
}

/** ffmpeg's last complaint, without the addresses and paths that mean nothing to a person. */
const complaint = (report: string): string => {
  const lines = report.split('\n').filter((line) => line.trim() !== '')
  const telling = lines.findLast((line) =>
    /invalid|error|could not|not found|no such|does not/i.test(line),
  )
  return (telling ?? lines.at(-1) ?? '')
    .replace(/\[[^\]]*\]\s*/g, '')
    .replace(/\S*\/\S+/g, '…')
    .trim()
    .slice(0, 200)
}

/** The only place that starts ffmpeg. */
export const createFfmpeg =
  (program: string): Ffmpeg =>
  (args, { onTimeMs, onOutput, timeoutMs = DEFAULT_TIMEOUT_MS } = {}) =>
    new Promise((resolve, reject) => {
      const progress = onOutput ? [] : ['-progress', 'pipe:1']
      const child = spawn(
        program,
        ['-hide_banner', '-nostdin', '-nostats', '-y', ...progress, ...args],
        {
          stdio: ['ignore', 'pipe', 'pipe'],
          timeout: timeoutMs,
        },
      )
      stepBack(child)
      let report = ''
      let timeMs = 0
      child.stderr.on('data', (chunk: Buffer) => {
        report = (report + chunk.toString()).slice(-REPORT_LIMIT)
      })
      child.stdout.on('data', (chunk: Buffer) => {
        if (onOutput) return onOutput(chunk)
        for (const [, value] of chunk.toString().matchAll(/^out_time_us=(\d+)$/gm)) {
          timeMs = Math.ceil(Number(value) / 1000)
          onTimeMs?.(timeMs)
        }
      })
      child.on('error', (cause) => {
        const remedy = 'apt-get install -y ffmpeg'
        reject(
          new AppError('program-missing', { program, detail: cause.message, remedy }, { cause }),
        )
      })
      child.on('close', (code, signal) => {
        if (code === 0) return resolve({ report, timeMs })
        const cause = new Error(
          `ffmpeg ended with ${signal ?? code}: ffmpeg ${args.join(' ')}\n${report}`,
        )
        reject(new AppError('file-unreadable', { detail: complaint(report) }, { cause }))
      })
    })
