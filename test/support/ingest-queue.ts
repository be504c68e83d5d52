import { copyFileSync, mkdirSync } from 'node:fs'
import { basename, join } from 'node:path'
import pino from 'pino'
import { onTestFinished } from 'vitest'
import { createDiskStorage } from '#media'
import type { Asset, AssetId } from '#protocol'
import { createIngestQueue } from '../../server/jobs/ingest-queue.ts'
import { createIngestRunner, type IngestRunnerOptions } from '../../server/jobs/ingest-runner.ts'
import { withoutNetwork } from '../../server/jobs/without-network.ts'
import { openSqlite } from '../../server/store/open-database.ts'
import { createStore } from '../../server/store/store.ts'
import { until } from './until.ts'

type Line = { msg: string; assetId: AssetId; by?: string; remarks?: string }

/** The queue of a server without the server, on the database and the files in a folder. */
export const openIngestQueue = async (
  folder: string,
  options: Partial<IngestRunnerOptions> = {},
) => {
  const scratch = join(folder, 'scratch')
  mkdirSync(scratch, { recursive: true })
  const database = await openSqlite(folder)
  const store = createStore(database.db)
  const storage = createDiskStorage(join(folder, 'media'))
  const lines: Line[] = []
  const begun: AssetId[] = []
  let count = 0
  const runner = createIngestRunner({
    ffmpeg: process.env.FFMPEG_PATH ?? 'ffmpeg',
    path: process.env.PATH ?? '',
    launcher: await withoutNetwork(process.env.PATH ?? ''),
    ...options,
  })
  const queue = createIngestQueue({
    store: {
      assets: {
        ...store.assets,
        beginIngest(id) {
          begun.push(id)
          return store.assets.beginIngest(id)
        },
      },
    },
    storage,
    runner,
    scratchPath: () => join(scratch, `${process.pid}-${++count}`),
    log: pino({ level: 'warn' }, { write: (line: string) => lines.push(JSON.parse(line)) }),
    onChange: () => {},
  })
  let isOpen = true
  const close = async () => {
    if (!isOpen) return
    isOpen = false
    await queue.close()
    await database.close()
  }
  onTestFinished(close)
  if ((await store.areas.list()).length === 0)
    await store.areas.importTree({ code: '1', name: 'Xã', kind: 'commune', children: [] }, null, {
      timeZone: 'Asia/Ho_Chi_Minh',
      validFrom: '2024-12-31',
    })
  const [area] = await store.areas.list()

  const get = async (id: AssetId) => (await store.assets.get(id)) as Asset
  return {
    store,
    storage,
    queue,
    runner,
    scratch,
    lines,
    begun,
    close,
    get,

    /** Uploads a copy of a file, and begins its ingest. */
    async add(path: string): Promise<AssetId> {
      const copy = join(scratch, `upload-${++count}`)
      copyFileSync(path, copy)
      const name = basename(path)
      const original = { name, ...(await storage.adopt(copy)) }
      const id = await store.assets.add(
        {
          title: name,
          language: 'vi',
          areaId: area?.id as never,
          themeIds: [],
          original,
          createdBy: 'x',
        },
        Date.now(),
      )
      queue.add(id)
      return id
    },

    /** Waits until an ingest is done or has failed. */
    async settled(id: AssetId): Promise<Asset> {
      await until(async () => {
        const { ingest, rendition } = await get(id)
        return rendition !== null || ingest.failure !== null
      })
      return get(id)
    },

    attempts: async (id: AssetId) =>
      (await store.assets.pendingIngests()).find((one) => one.id === id)?.attempts,
  }
}
