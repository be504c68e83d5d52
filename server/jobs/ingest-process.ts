import { Worker } from 'node:worker_threads'
import { createFfmpeg, documentMime, ingest } from '#media/ingest'
import { AppError } from '#protocol'
import { type IngestOrder, type IngestWord, LONGEST_CAUSE, LONGEST_PARAM } from './ingest-word.ts'

/**
 * Reads one file of a stranger, in a process of its own: what the file does to it, it does to nothing
 * else. It ends with a result, or with a refusal by name; anything else is a crash.
 */

// A thread, because a file may keep this one busy for ever.
const guard = new URL('./ingest-guard-thread.ts', import.meta.url)
new Worker(guard, { workerData: process.ppid })

const tell = (word: unknown): Promise<void> =>
  new Promise((resolve) => (process.send ? process.send(word, () => resolve()) : resolve()))

const work = async ({ ffmpeg, path, task }: IngestOrder): Promise<IngestWord> => {
  if (task.type === 'document') {
    return { type: 'document', mime: (await documentMime(path)) ?? null }
  }
  const onProgress = (step: string, share: number) => void tell({ type: 'progress', step, share })
  const { output } = task
  const ingested = await ingest(path, { ffmpeg: createFfmpeg(ffmpeg), output, onProgress })
  return { type: 'ingested', ingested }
}

const refusalOf = ({ code, params, cause }: AppError) => ({
  type: 'refused',
  code,
  params: Object.fromEntries(
    Object.entries(params).map(([name, value]) => [
      name,
      typeof value === 'string' ? value.slice(0, LONGEST_PARAM) : value,
    ]),
  ),
  cause: (cause instanceof Error ? cause.message : '').slice(-LONGEST_CAUSE),
})

process.once('message', async (order: IngestOrder) => {
  const word = await work(order).catch((error: unknown) => {
    if (error instanceof AppError) return refusalOf(error)
    throw error
  })
  await tell(word)
  process.exit()
})
