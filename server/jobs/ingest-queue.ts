import { lstat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Logger } from 'pino'
import type { Ingested, Storage } from '#media'
import { AppError, type Asset, type AssetId, type ErrorCode, type Ingest } from '#protocol'
import { INGEST_BEGINS } from '../store/ingest-states.ts'
import type { Store } from '../store/store.ts'
import type { IngestRunner } from './ingest-runner.ts'
import { inScratchFolder } from './scratch-folder.ts'

export type IngestQueueDeps = {
  store: Pick<Store, 'assets'>
  storage: Storage
  runner: IngestRunner
  scratchPath: () => string
  log: Logger
  onChange: (id: AssetId) => void
}

const CONCURRENT = 2
/** Progress that moved less than this is no news. */
const PROGRESS_STEP = 0.02
/** One end may be the machine's fault: of its memory, of a power cut. Two in a row are the file's. */
const MOST_ATTEMPTS = 2

export type IngestQueue = ReturnType<typeof createIngestQueue>

/**
 * Works through uploaded files. What was begun is in the database: a restart begins it again, from the
 * original, which is kept. An attempt is counted before the file is touched, and a file that ended two
 * of them is set aside, also where the server ended with it.
 */
export const createIngestQueue = (deps: IngestQueueDeps) => {
  const { store, storage, runner, scratchPath, log, onChange } = deps
  const waiting: AssetId[] = []
  const running = new Map<AssetId, { state: Ingest; done: Promise<void> }>()
  let isClosed = false

  const fail = async (id: AssetId, state: Ingest, code: ErrorCode, params: AppError['params']) => {
    const failure = { code, detail: JSON.stringify(params) }
    await store.assets.failIngest(id, { ...state, failure })
  }

  /** Takes over what was made. A name in the folder that is no file of its own is not taken. */
  const adopt = async (path: string) => {
    if (!(await lstat(path)).isFile()) throw new Error(`${path} is no file`)
    return storage.adopt(path)
  }

  const finish = async (
    asset: Asset,
    { kind, rendition: measured, waveform, hasThumbnail, title: suggested }: Ingested,
    output: { rendition: string; thumbnail: string },
  ) => {
    const rendition = { ...measured, ...(await adopt(output.rendition)) }
    await store.assets.offerMedia(rendition)
    const thumbnail = hasThumbnail ? await adopt(output.thumbnail) : null
    if (thumbnail) await store.assets.offerMedia({ ...thumbnail, mime: 'image/webp' })
    await store.assets.finishIngest(asset.id, {
      kind,
      rendition,
      waveform,
      thumbnail: thumbnail?.sha256 ?? null,
      suggestedTitle: suggested,
    })
  }

  const note = (id: AssetId, step: Ingest['step'], progress: number) => {
    const entry = running.get(id)
    if (!entry) return
    const { state } = entry
    if (step === state.step && Math.abs(progress - state.progress) < PROGRESS_STEP) return
    entry.state = { step, progress, failure: null }
    onChange(id)
  }

  const read = async (asset: Asset, attempts: number, folder: string) => {
    const { id, original } = asset
    const path = await storage.localPath(original.sha256)
    if ((await storage.size(original.sha256)) === undefined) throw new Error(`${path} is gone`)
    const output = { rendition: join(folder, 'rendition'), thumbnail: join(folder, 'thumbnail') }
    const outcome = await runner.run({ path, task: { type: 'ingest', output } }, folder, (word) =>
      note(id, word.step, word.share),
    )
    const state = running.get(id)?.state ?? INGEST_BEGINS
    switch (outcome.type) {
      case 'ingested':
        return finish(asset, outcome.ingested, output)
      case 'refused':
        log.warn({ assetId: id, err: outcome.error }, 'a file was refused')
        return fail(id, state, outcome.error.code, outcome.error.params)
      case 'ended':
        await store.assets.takeBackIngest(id)
        if (!isClosed) waiting.push(id)
        return
      case 'killed':
        log.error({ assetId: id, attempts, ...outcome }, 'a file ended the process that read it')
        // Behind all others: it keeps nobody waiting.
        if (attempts < MOST_ATTEMPTS) waiting.push(id)
        else await fail(id, state, 'file-stops-ingest', {})
        return
      default:
        throw new Error(`an ingest ended with ${outcome.type}`)
    }
  }

  const work = async (id: AssetId) => {
    const asset = await store.assets.get(id)
    const attempts = await store.assets.beginIngest(id)
    // It was deleted, or it was added twice and is done.
    if (!asset || attempts === undefined) return
    try {
      await inScratchFolder(scratchPath(), (folder) => read(asset, attempts, folder))
    } catch (error) {
      log.error({ assetId: id, err: error }, 'a file could not be processed')
      await fail(id, running.get(id)?.state ?? INGEST_BEGINS, 'internal', { requestId: id })
    }
  }

  const next = () => {
    if (isClosed || running.size >= CONCURRENT) return
    const id = waiting.shift()
    if (!id) return
    const done = work(id)
      .catch((error) => log.error({ assetId: id, err: error }, 'ingest broke off'))
      .finally(() => {
        running.delete(id)
        onChange(id)
        next()
      })
    running.set(id, { state: INGEST_BEGINS, done })
    next()
  }

  const add = (id: AssetId) => {
    waiting.push(id)
    next()
  }

  return {
    add,

    /** Begins again what an earlier run of the server left unfinished; sets aside what ended it twice. */
    async resume() {
      for (const { id, attempts } of await store.assets.pendingIngests()) {
        if (running.has(id)) continue
        if (attempts < MOST_ATTEMPTS) waiting.push(id)
        else {
          log.error(
            { assetId: id, attempts },
            'a file is set aside: the server ended while reading it',
          )
          await fail(id, INGEST_BEGINS, 'file-stops-ingest', {})
        }
      }
      next()
    },

    /**
     * Begins again with a file that failed.
     * @throws AppError asset-not-failed
     */
    async retry(id: AssetId) {
      if (!(await store.assets.reopenIngest(id))) throw new AppError('asset-not-failed')
      add(id)
    },

    /** How far the work on an asset is, where it is going on now. */
    progressOf: (id: AssetId): Ingest | undefined => running.get(id)?.state,

    /** Ends what is running, and takes its attempts back. */
    async close() {
      isClosed = true
      await runner.close()
      await Promise.all([...running.values()].map(({ done }) => done))
    },
  }
}
