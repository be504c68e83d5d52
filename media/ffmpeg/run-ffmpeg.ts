import { spawn } from 'node:child_process'
import { AppError, type DurationMs } from '#protocol'
import { complaint } from './complaint.ts'

export type FfmpegRun = {
  /** Called with the position reached in the output, whenever it has moved. */
  onTimeMs?: (timeMs: DurationMs) => void
  /** Receives what ffmpeg writes to `pipe:1`. Without it, `pipe:1` carries the progress. */
  onOutput?: (chunk: Buffer) => void
}

export type FfmpegResult = {
  /** What ffmpeg reported, without its banner: the last 64,000 characters of it. */
  report: string
  /** How much it put out, in media time; 0 where progress was not asked for. */
  timeMs: DurationMs
}

/**
 * Runs ffmpeg with these arguments, for as long as it takes: time and memory are bounded from outside.
 * @throws AppError file-unreadable, program-missing
 * @throws Error where ffmpeg was ended by a signal: by its own crash, or from outside
 */
export type Ffmpeg = (args: readonly string[], run?: FfmpegRun) => Promise<FfmpegResult>

const REPORT_LIMIT = 64_000

/** Told to end by a signal that it may handle, ffmpeg ends by itself and says so. */
const wasToldToEnd = (code: number | null, report: string): boolean =>
  code === 255 && report.includes('\nExiting normally, received signal ')

/** Calls back with every number of microseconds in ffmpeg's progress, however its bytes are parted. */
const progressReader = (onTimeMs: (timeMs: DurationMs) => void) => {
  let rest = ''
  return (chunk: Buffer) => {
    const lines = (rest + chunk.toString()).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) {
      const [, value] = /^out_time_us=(\d+)$/.exec(line) ?? []
      if (value !== undefined) onTimeMs(Math.ceil(Number(value) / 1000))
    }
  }
}

/** The only place that starts ffmpeg. */
export const createFfmpeg =
  (program: string): Ffmpeg =>
  (args, { onTimeMs, onOutput } = {}) =>
    new Promise((resolve, reject) => {
      const progress = onOutput ? [] : ['-progress', 'pipe:1']
      const child = spawn(
        program,
        ['-hide_banner', '-nostdin', '-nostats', '-y', ...progress, ...args],
        { stdio: ['ignore', 'pipe', 'pipe'] },
      )
      let report = ''
      let timeMs = 0
      child.stderr.on('data', (chunk: Buffer) => {
        report = (report + chunk.toString()).slice(-REPORT_LIMIT)
      })
      const readProgress = progressReader((reached) => {
        if (reached === timeMs) return
        timeMs = reached
        onTimeMs?.(reached)
      })
      child.stdout.on('data', onOutput ?? readProgress)
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
        if (signal !== null || wasToldToEnd(code, report)) return reject(cause)
        reject(new AppError('file-unreadable', { detail: complaint(report) }, { cause }))
      })
    })
