import { type ChildProcess, fork } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { constants, setPriority } from 'node:os'
import { join } from 'node:path'
import { AppError } from '#protocol'
import { INGEST_BOUNDS, type IngestBounds } from './ingest-bounds.ts'
import { type IngestOrder, IngestWord } from './ingest-word.ts'
import { killGroup, treeMemoryBytes } from './process-group.ts'

/** Bundled by the set-up from ingest-process.ts: it starts in less than half the time. */
const PROCESS = join(import.meta.dirname, '../dist/ingest/ingest-process.mjs')
const MEMORY_EVERY_MS = 250
/** What it wrote to standard error is kept up to this, for the log. */
const MOST_REMARKS = 4_000

type Progress = IngestWord & { type: 'progress' }
type Result = Exclude<IngestWord, Progress | { type: 'refused' }>

export type IngestOutcome =
  | Result
  | { type: 'refused'; error: AppError }
  /** The file ended the process, or made it break a bound. */
  | { type: 'killed'; by: 'memory' | 'stillness' | 'time' | 'nonsense' | 'crash'; remarks: string }
  /** This server or the system ended it in order: the file has no part in it. */
  | { type: 'ended' }

export type IngestRunnerOptions = {
  /** The program ffmpeg. */
  ffmpeg: string
  /** Where programs are looked for; of the server's environment the process gets nothing else. */
  path: string
  /** A program and options that start the process, such as one that leaves it no network. */
  launcher?: readonly [string, ...string[]] | undefined
  bounds?: Partial<IngestBounds>
  /** The program of the process; a test names one that misbehaves. */
  program?: string
}

/** Where memory runs out between two looks at it, Linux ends such a process before the server. */
const SOONER_ENDED = '500'

/** Reading yields to whatever talks to devices. What the process starts inherits it. */
const stepBack = async (pid: number): Promise<void> => {
  try {
    setPriority(pid, constants.priority.PRIORITY_BELOW_NORMAL)
    await writeFile(`/proc/${pid}/oom_score_adj`, SOONER_ENDED)
  } catch {
    // It has ended already, or the system does not let us: neither harms the result.
  }
}

export type IngestRunner = ReturnType<typeof createIngestRunner>

/** Has files of strangers read, each in a process of its own that is bounded in time and memory. */
export const createIngestRunner = ({
  ffmpeg,
  path: programs,
  launcher,
  bounds,
  program = PROCESS,
}: IngestRunnerOptions) => {
  const { heapMb, memoryBytes, stillMs, totalMs } = { ...INGEST_BOUNDS, ...bounds }
  const running = new Map<ChildProcess, Promise<unknown>>()
  let isClosed = false

  const node = `--max-old-space-size=${heapMb}`
  const [execPath, ...execArgv] = launcher
    ? [...launcher, process.execPath, node]
    : [process.execPath, node]

  const start = (folder: string): ChildProcess =>
    fork(program, {
      cwd: folder,
      // Libraries put files that are too large for memory there.
      env: { PATH: programs, TMPDIR: folder },
      execPath,
      execArgv,
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      // The leader of a group of its own: what it starts ends with it.
      detached: true,
    })

  /** @throws Error where the system starts no process */
  const watch = (
    child: ChildProcess,
    onProgress: (progress: Progress) => void,
  ): Promise<IngestOutcome> =>
    new Promise((resolve, reject) => {
      const { pid } = child
      if (pid === undefined) {
        child.once('error', reject)
        return
      }
      void stepBack(pid)
      let remarks = ''
      let killedBy: (IngestOutcome & { type: 'killed' })['by'] | undefined
      let last: Exclude<IngestWord, Progress> | undefined
      let hasEnded = false
      const kill = (by: typeof killedBy) => {
        if (hasEnded) return
        killedBy ??= by
        killGroup(pid)
      }
      const total = setTimeout(kill, totalMs, 'time')
      const stillness = setTimeout(kill, stillMs, 'stillness')
      const memory = setInterval(async () => {
        if ((await treeMemoryBytes(pid)) > memoryBytes) kill('memory')
      }, MEMORY_EVERY_MS)

      child.stderr?.on('data', (chunk: Buffer) => {
        remarks = (remarks + chunk.toString()).slice(-MOST_REMARKS)
      })
      child.on('message', (message) => {
        const word = IngestWord.safeParse(message).data
        if (!word || last) return kill('nonsense')
        if (word.type !== 'progress') {
          last = word
          return
        }
        if (!hasEnded) stillness.refresh()
        onProgress(word)
      })
      child.once('exit', () => {
        hasEnded = true
        clearTimeout(total)
        clearTimeout(stillness)
        clearInterval(memory)
        killGroup(pid)
      })
      child.once('close', (code, signal) => {
        remarks = `${signal ?? code}: ${remarks}`
        if (killedBy) resolve({ type: 'killed', by: killedBy, remarks })
        else if (isClosed || signal === 'SIGTERM') resolve({ type: 'ended' })
        else if (code !== 0 || !last) resolve({ type: 'killed', by: 'crash', remarks })
        else if (last.type !== 'refused') resolve(last)
        else {
          const cause = new Error(last.cause)
          resolve({ type: 'refused', error: new AppError(last.code, last.params, { cause }) })
        }
      })
    })

  return {
    /**
     * @param folder an empty folder of this file's own, in which the process runs
     * @throws Error where the system starts no process
     */
    async run(
      order: Pick<IngestOrder, 'path' | 'task'>,
      folder: string,
      onProgress: (progress: Progress) => void = () => {},
    ): Promise<IngestOutcome> {
      if (isClosed) return { type: 'ended' }
      const child = start(folder)
      const outcome = watch(child, onProgress)
      running.set(child, outcome)
      try {
        if (child.pid) child.send({ ffmpeg, ...order } satisfies IngestOrder, () => {})
        return await outcome
      } finally {
        running.delete(child)
      }
    },

    /** Ends what is running. Done means that it has ended. */
    async close(): Promise<void> {
      isClosed = true
      for (const { pid } of running.keys()) if (pid) killGroup(pid)
      await Promise.allSettled(running.values())
    },
  }
}
