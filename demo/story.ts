import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { z } from 'zod'
import {
  AppError,
  type AreaId,
  DeviceId,
  type NewSchedule,
  type PlaylistId,
  type Schedule,
} from '#protocol'
import { type Api, createApi } from './api.ts'
import { type Child, StartFailure, startChild } from './children.ts'
import type { Config } from './config.ts'
import { say } from './say.ts'
import { seed } from './seed.ts'

/** What a second start of the demo finds of the first. */
const Memory = z.object({
  password: z.string(),
  devices: z.object({ speaker: DeviceId, board: DeviceId }).nullable(),
})
type Memory = z.infer<typeof Memory>

export type Story = {
  server: string
  password: string
  api: Api
  devices: NonNullable<Memory['devices']>
  children: Child[]
}

const TIME_ZONE = 'Asia/Ho_Chi_Minh'
/** Players get their media and decode the first clip in this time. */
const START_IN_MS = 6_000
const ONLINE_TIMEOUT_MS = 30_000

/** Folder by folder: Node's own recursive mkdir never returns on file systems such as /proc. */
const makeFolder = (folder: string): void => {
  if (existsSync(folder)) return
  makeFolder(dirname(folder))
  mkdirSync(folder)
}

const recall = (folder: string): Memory => {
  const path = join(folder, 'demo.json')
  if (existsSync(path)) return Memory.parse(JSON.parse(readFileSync(path, 'utf8')))
  try {
    makeFolder(resolve(folder))
    const memory = { password: randomBytes(12).toString('base64url'), devices: null }
    remember(folder, memory)
    return memory
  } catch (cause) {
    const detail = cause instanceof Error ? cause.message : String(cause)
    throw new AppError('folder-unwritable', { folder, detail }, { cause })
  }
}

const remember = (folder: string, memory: Memory): void =>
  writeFileSync(join(folder, 'demo.json'), JSON.stringify(memory), { mode: 0o600 })

const wallClock = (at: number) => {
  const format = new Intl.DateTimeFormat('sv-SE', {
    timeZone: TIME_ZONE,
    dateStyle: 'short',
    timeStyle: 'medium',
  })
  const [date = '', time = ''] = format.format(at).split(' ')
  return { date, time }
}

/** Every day from this very second on until the second before: a demo has no quiet hours. */
const roundTheClock = (
  name: string,
  playlistId: string,
  areas: { owner: AreaId; audience: AreaId },
  at: number,
): NewSchedule => {
  const { date, time } = wallClock(at)
  return {
    name,
    areaId: areas.owner,
    playlistId: playlistId as PlaylistId,
    audience: { areaIds: [areas.audience], deviceIds: [] },
    time: {
      startDate: date,
      startTime: time,
      endTime: wallClock(at - 1_000).time,
      rrule: 'FREQ=DAILY',
      extraDates: [],
      exceptDates: [],
    },
    priority: 'normal',
    fill: 'repeat',
    volume: 80,
  }
}

const waitOnline = async (api: Api, ids: readonly DeviceId[], logFolder: string): Promise<void> => {
  const deadline = Date.now() + ONLINE_TIMEOUT_MS
  for (;;) {
    const online = (await api.devices()).filter(
      ({ device, online: isOnline, status }) =>
        ids.includes(device.id) &&
        isOnline &&
        status?.channels.every(({ output }) => output !== null),
    )
    if (online.length === ids.length) return
    if (Date.now() > deadline)
      throw new StartFailure(
        `✗ the players were not ready within ${ONLINE_TIMEOUT_MS / 1000} s; see ${logFolder}`,
      )
    await new Promise((resolve) => setTimeout(resolve, 300))
  }
}

/**
 * Starts everything and fills it: a server, a campaign with its media, a loudspeaker and a board.
 * @throws StartFailure, AppError
 */
export const tellStory = async (config: Config): Promise<Story> => {
  const folder = config.DATA_DIR
  const memory = recall(folder)
  const logFolder = join(folder, 'logs')
  const children: Child[] = []
  try {
    return await begin()
  } catch (error) {
    await Promise.all(children.map((child) => child.stop()))
    throw error
  }

  async function begin(): Promise<Story> {
    let server = ''
    say('· Khởi động máy chủ …', '· Starting the server …')
    children.push(
      await startChild({
        name: 'server',
        // A server that comes back comes back where the players look for it.
        command: () => {
          const port = server ? new URL(server).port : String(config.PORT)
          // A demo may lie for weeks, after which a start refuses the clock unless it names the date.
          const today = wallClock(Date.now()).date
          return ['server', '--port', port, '--data', join(folder, 'server'), '--today', today]
        },
        // One person does everything here: what he uploads he approves.
        env: { ADMIN_PASSWORD: memory.password, FOUR_EYES: 'no' },
        logFolder,
        onLine(line) {
          server = /http:\/\/\S+/.exec(line)?.[0] ?? server
        },
      }),
    )
    const api = createApi(server)
    await api.signIn('admin', memory.password)
    const fresh = memory.devices ? undefined : await seed(api, config.SEED_DIR)
    const devices = memory.devices ?? { speaker: fresh?.speaker.id, board: fresh?.board.id }
    const known = Memory.shape.devices.unwrap().parse(devices)

    for (const name of ['speaker', 'board'] as const) {
      const code = fresh ? ['--code', (await api.enrolmentCode(known[name])).code] : []
      const data = join(folder, name)
      children.push(
        await startChild({
          name,
          command: () => ['player', '--server', server, '--data', data, ...code],
          logFolder,
          onLine: (line) => say(`✓ ${line}`, `✓ ${line}`),
        }),
      )
    }
    await waitOnline(api, Object.values(known), logFolder)

    if (fresh) {
      const root = (await api.areas())[0]?.id as AreaId
      const areas = { owner: root, audience: fresh.commune.id }
      const at = Math.ceil((Date.now() + START_IN_MS) / 1000) * 1000
      const schedules: Promise<Schedule>[] = [
        api.addSchedule(roundTheClock('Truyền thanh cả ngày', fresh.playlists.audio, areas, at)),
        api.addSchedule(roundTheClock('Bảng tin cả ngày', fresh.playlists.screen, areas, at)),
      ]
      await Promise.all(schedules)
      const published = await api.publish()
      remember(folder, { ...memory, devices: known })
      say(
        `✓ Đã phát hành tới ${published.devices} thiết bị; bắt đầu phát lúc ${wallClock(at).time}`,
        `✓ Published to ${published.devices} devices; on air from ${wallClock(at).time} in ${TIME_ZONE}`,
      )
    }
    return { server, password: memory.password, api, devices: known, children }
  }
}
