import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import {
  type AreaId,
  type AssetId,
  type Channel,
  type DeviceId,
  Impact,
  type Role,
  type ThemeId,
} from '#protocol'
import { createAuth } from '../../server/access/auth.ts'
import { openPostgres, openSqlite } from '../../server/store/open-database.ts'
import { createStore } from '../../server/store/store.ts'
import { sha } from './builders.ts'
import { approveAsset } from './change-asset.ts'
import { newPostgresUrl } from './engines.ts'
import { type Person, person, startServer, withAreas } from './server.ts'

export type EngineName = 'sqlite' | 'postgres'

/** The real server with areas, and a second hand in its database for what would take ffmpeg or a player. */
export const openOffice = async (engine: EngineName, more: Record<string, string> = {}) => {
  const settings = engine === 'postgres' ? { DATABASE_URL: await newPostgresUrl() } : undefined
  const { url, folder, stop } = await startServer({ ...settings, ...more })
  const { admin, areas } = await withAreas(url)
  const opened = settings
    ? await openPostgres(settings.DATABASE_URL)
    : await openSqlite(join(folder, 'data'))
  onTestFinished(() => opened.close())
  const store = createStore(opened.db)
  const secret = 'x'.repeat(40)
  const auth = await createAuth({ db: opened.db, engine: opened.engine, secret, publicUrl: url })
  const at = Date.now()

  return {
    url,
    admin,
    store,
    /** Of its data; to be started in again after `stop`. */
    folder: join(folder, 'data'),
    stop,
    areas: areas as Record<string, AreaId>,

    async hire(username: string, role: Role, code: string): Promise<Person> {
      const password = `mat-khau-${username}`
      const id = await auth.addUser({ username, name: username, password })
      const areaId = areas[code] as AreaId
      await store.users.addGrant(id, { role, areaId, validFrom: 0, validTo: null })
      const somebody = person(url)
      await somebody.signIn(username, password)
      return somebody
    },

    /** A sound that is ready, and approved where nothing else is said. */
    async clip(
      title: string,
      { code = '91', durationMs = 60_000, themeIds = [] as ThemeId[], isApproved = true } = {},
    ): Promise<AssetId> {
      const original = { name: 'a.ogg', sha256: sha(title), bytes: 1 }
      const areaId = areas[code] as AreaId
      const id = await store.assets.add(
        { title, language: 'vi', areaId, themeIds, original, createdBy: 'x' },
        at,
      )
      const rendition = {
        sha256: sha(id),
        mime: 'audio/ogg',
        bytes: 9,
        durationMs,
        width: null,
        height: null,
        loudnessLufs: -16,
        truePeakDbtp: -2,
      }
      const rest = { waveform: null, thumbnail: null }
      await store.assets.finishIngest(id, { kind: 'clip', rendition, ...rest })
      if (isApproved) await approveAsset(store, id, at)
      return id
    },

    /** A device that has enrolled, though no player runs. */
    async device(code: string, channels: Channel[] = ['audio']): Promise<DeviceId> {
      const canvas = channels.includes('screen') ? { width: 640, height: 360 } : null
      const areaId = areas[code] as AreaId
      const name = `Thiết bị ${code}`
      const id = await store.devices.add({ name, areaId, channels, canvas }, at)
      const enrolment = sha(randomBytes(8).toString('hex'))
      await store.devices.addEnrolmentCode(id, enrolment, at + 60_000)
      await store.devices.enrol(enrolment, { deviceKey: id, journalKey: id }, at)
      return id
    },
  }
}

export type Office = Awaited<ReturnType<typeof openOffice>>

export const playlistBody = (areaId: string, assetIds: string[], change: object = {}) => ({
  name: 'Danh sách',
  areaId,
  channel: 'audio',
  items: assetIds.map((assetId) => ({ kind: 'asset', assetId, durationMs: null })),
  ...change,
})

export const scheduleBody = (
  areaId: string,
  playlistId: string,
  change: Record<string, unknown> & { time?: object } = {},
) => {
  const { time, ...rest } = change
  return {
    name: 'Buổi sáng',
    areaId,
    playlistId,
    audience: { areaIds: [areaId], deviceIds: [] },
    priority: 'normal',
    fill: 'end',
    volume: 80,
    ...rest,
    time: {
      startDate: '2024-11-11',
      startTime: '05:00',
      endTime: '05:30',
      rrule: 'FREQ=DAILY',
      extraDates: [],
      exceptDates: [],
      ...time,
    },
  }
}

/** What publishing sends back of an impact, with all its statements confirmed. */
export const confirmedOf = (impact: unknown) => {
  const { draft, statements } = Impact.pick({ draft: true, statements: true }).parse(impact)
  return { draft, confirmed: statements.map(({ id }) => id) }
}

/** Publishes all that somebody may publish, and confirms what must be confirmed. */
export const publishDraft = async (somebody: Person, query = '') => {
  const seen = await somebody.get(`/api/draft/impact${query}`)
  return seen.status === 200 ? somebody.post('/api/publications', confirmedOf(seen.json)) : seen
}
