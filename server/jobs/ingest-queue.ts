import type { Logger } from 'pino'
import { type Ffmpeg, ingest, type Storage } from '#media'
import { AppError, type AssetId, type Ingest } from '#protocol'
import type { Store } from '../store/store.ts'

export type IngestQueueDeps = {
  store: Store
  storage: Storage
  ffmpeg: Ffmpeg
  scratchPath: () => string
  log: Logger
  onChange: (id: AssetId) => void
}

const CONCURRENT = 2
/** Progress that moved less than this is no news. */
const PROGRESS_STEP = 0.02

export type IngestQueue = ReturnType<typeof createIngestQueue>

/**
 * Works through uploaded files. What was begun is in the database: a restart goes on where it can,
 * from the original, which is kept.
 */
export const createIngestQueue = (deps: IngestQueueDeps) => {
  const { store, storage, ffmpeg, scratchPath, log, onChange } = deps
  const waiting: AssetId[] = []
  const running = new Map<AssetId, Ingest>()
  let isClosed = false

  const work = async (id: AssetId) => {
    const asset = await store.assets.get(id)
    if (!asset) return
    let state: Ingest = { step: 'inspect', progress: 0, failure: null }
    const note = (next: Ingest) => {
      const isNews = next.step !== state.step || next.progress - state.progress >= PROGRESS_STEP
      state = isNews ? next : state
      running.set(id, state)
      if (isNews) onChange(id)
    }
    running.set(id, state)
    try {
      const path = await storage.localPath(asset.original.sha256)
      const result = await ingest(path, {
        ffmpeg,
        storage,
        scratchPath,
        onProgress: (step, progress) => note({ step, progress, failure: null }),
      })
      const { kind, rendition, waveform, thumbnail } = result
      await store.assets.offerMedia(rendition)
      if (thumbnail) {
        const bytes = (await storage.size(thumbnail)) ?? 0
        await store.assets.offerMedia({ sha256: thumbnail, mime: 'image/webp', bytes })
      }
      const title =
        result.title && isFileName(asset.title, asset.original.name) ? result.title : asset.title
      await store.assets.finishIngest(id, { kind, rendition, waveform, thumbnail, title })
    } catch (error) {
      if (isClosed) return
      const known = error instanceof AppError ? error : new AppError('internal', { requestId: id })
      if (known === error) log.warn({ assetId: id, err: error }, 'a file was refused')
      else log.error({ assetId: id, err: error }, 'a file could not be processed')
      const failure = { code: known.code, detail: JSON.stringify(known.params) }
      await store.assets.failIngest(id, { ...state, failure })
    } finally {
      running.delete(id)
      onChange(id)
    }
  }

  const next = () => {
    if (isClosed || running.size >= CONCURRENT) return
    const id = waiting.shift()
    if (!id) return
    running.set(id, { step: 'inspect', progress: 0, failure: null })
    work(id)
      .catch((error) => log.error({ assetId: id, err: error }, 'ingest broke off'))
      .finally(() => {
        running.delete(id)
        next()
      })
    next()
  }

  return {
    add(id: AssetId) {
      waiting.push(id)
      next()
    },

    /** Goes on with what an earlier run of the server left unfinished. */
    async resume() {
      for (const id of await store.assets.pending()) if (!running.has(id)) waiting.push(id)
      next()
    },

    /** How far the work on an asset is, where it is going on now. */
    progressOf: (id: AssetId): Ingest | undefined => running.get(id),

    close() {
      isClosed = true
    },
  }
}

/** An asset is called like its file until somebody names it. */
const isFileName = (title: string, fileName: string): boolean => fileName.startsWith(title)
