import { hash } from 'node:crypto'
import { addDays, createCompiler, createPlanWriter, type Place, type Programme } from '#playlists'
import {
  type Asset,
  type DayPlan,
  NO_POLICY,
  type Playlist,
  type Policy,
  type Schedule,
} from '#protocol'
import { aCampaign, anAsset, aPlaylist, aSchedule, aTheme } from '../support/builders.ts'
import { atMost, type Report, reportOf, rounded } from './report.ts'

/** A province: who hears what is drawn by chance that is the same in every run. */

const FIRST = '2024-11-12'
const DAYS = 30
const LAST = addDays(FIRST, DAYS - 1)
const DEVICES = 10_000
const COMMUNES = 1_000
const SCHEDULES = 300
const AUDIENCES = 3_000
const HEARD_BY_ALL = 4
const HEARD_BESIDES = 6

const RULES = [
  'FREQ=DAILY',
  'FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR,SA',
  'FREQ=WEEKLY;BYDAY=MO,WE,FR',
  'FREQ=WEEKLY;BYDAY=SU',
  'FREQ=DAILY;INTERVAL=2',
  'FREQ=MONTHLY;BYMONTHDAY=1,15',
]

const createDice = (seed: number) => {
  let state = seed
  return (sides: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * sides)
  }
}

const clock = (minutes: number): string =>
  `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`

type Province = {
  programme: Programme
  schedules: Schedule[]
  /** For every device its commune and the schedules of its audience. */
  devices: { commune: number; heard: Schedule[]; audience: number }[]
  policies: Policy[]
}

const build = (audiences: number, devices: number): Province => {
  const dice = createDice(20_241_112)
  const themes = ['1', '2', '3', '4', '5'].map((code) => aTheme(code, ['1', '2']))
  const assets: Asset[] = Array.from({ length: 400 }, () =>
    anAsset({
      durationMs: 30_000 + dice(240) * 1_000,
      themeIds: [themes[dice(themes.length)]?.id as string as never],
      // One in forty expires within these days: every expiry makes the days after it new ones.
      validTo: dice(40) === 0 ? addDays(FIRST, dice(DAYS)) : null,
    }),
  )
  const tunes = assets.slice(0, 4).map(({ id }) => id)
  const playlists: Playlist[] = Array.from({ length: 100 }, () =>
    aPlaylist(Array.from({ length: 3 + dice(10) }, () => assets[dice(assets.length)] as Asset)),
  )
  const schedules = Array.from({ length: SCHEDULES }, (_, index) => {
    const start = [300, 315, 345, 690, 1020, 1035, 1065, 1140][dice(8)] as number
    return aSchedule(playlists[dice(playlists.length)] as Playlist, {
      name: `Lịch ${index}`,
      priority: dice(12) === 0 ? 'priority' : 'normal',
      fill: dice(3) === 0 ? 'repeat' : 'end',
      session: dice(2) === 0,
      time: {
        startDate: '2024-09-01',
        startTime: clock(start),
        endTime: clock(start + 15 + dice(4) * 10),
        rrule: RULES[dice(RULES.length)] as string,
      },
    })
  })
  const window = (startTime: string, endTime: string) => ({
    startTime,
    endTime,
    weekdays: [1, 2, 3, 4, 5, 6, 7],
  })
  const policies: Policy[] = Array.from({ length: 10 }, (_, index) => ({
    ...NO_POLICY,
    broadcastWindows: [
      window('05:00', '06:30'),
      window('11:30', '12:00'),
      window('17:00', '19:30'),
    ],
    quietHours: [window('21:00', '05:00')],
    minutesPerSession: 45 + index,
    minutesPerDay: 120 + index * 5,
    volumeCeilings: [{ startTime: '00:00', endTime: '06:00', volume: 40 + index }],
    station: {
      signature: tunes[0],
      call: tunes[1],
      chime: tunes[2],
      closing: tunes[3],
    } as Policy['station'],
  }))
  const common = schedules.slice(0, HEARD_BY_ALL)
  const sets = Array.from({ length: audiences }, () => {
    const own = new Set<Schedule>()
    while (own.size < HEARD_BESIDES) {
      own.add(schedules[HEARD_BY_ALL + dice(SCHEDULES - HEARD_BY_ALL)] as Schedule)
    }
    return [...common, ...own]
  })
  return {
    programme: {
      assets: new Map(assets.map((asset) => [asset.id, asset])),
      playlists: new Map(playlists.map((list) => [list.id, list])),
      campaigns: [aCampaign({ themes })],
      relayHosts: [],
    },
    schedules,
    policies,
    devices: Array.from({ length: devices }, (_, index) => {
      const audience = index % audiences
      return { audience, commune: audience % COMMUNES, heard: sets[audience] as Schedule[] }
    }),
  }
}

type Compiled = {
  ms: number
  cpuMs: number
  days: number
  plans: number
  megabytes: number
  audiences: number
  /** Each plan once. */
  made: readonly DayPlan[]
}

/** All of it, for everybody, from nothing: plans, their bytes and hashes, and who holds which. */
const compileAll = ({ programme, policies, devices }: Province): Compiled => {
  const started = performance.now()
  const spent = process.cpuUsage()
  const compiler = createCompiler(programme, FIRST, LAST)
  const write = createPlanWriter()
  const hashes = new Map<DayPlan, string>()
  const stored = new Map<string, number>()
  const audiences = new Map<string, string[]>()
  let days = 0
  for (const { commune, heard } of devices) {
    const policy = policies[commune % policies.length] as Policy
    const place: Place = { timeZone: 'Asia/Ho_Chi_Minh', channel: 'audio', policy }
    const key = `${commune % policies.length} ${heard.map(({ id }) => id).join(' ')}`
    if (audiences.has(key)) continue
    const held = compiler.span(heard, place, FIRST, LAST).map(({ plan }) => {
      const known = hashes.get(plan)
      if (known !== undefined) return known
      const body = write(plan)
      const sha256 = hash('sha256', body)
      hashes.set(plan, sha256)
      stored.set(sha256, body.length)
      return sha256
    })
    days += held.length
    audiences.set(key, held)
  }
  const ms = performance.now() - started
  const { user, system } = process.cpuUsage(spent)
  const bytes = [...stored.values()].reduce((sum, length) => sum + length, 0)
  return {
    ms,
    cpuMs: (user + system) / 1_000,
    days,
    plans: stored.size,
    megabytes: bytes / 1e6,
    audiences: audiences.size,
    made: [...hashes.keys()],
  }
}

/** The raw limit: the same plans are written and hashed once more, and nothing else happens. */
const writeAlone = (plans: Iterable<DayPlan>): number => {
  const started = performance.now()
  const write = createPlanWriter()
  for (const plan of plans) hash('sha256', write(plan))
  return performance.now() - started
}

export const compile = async (): Promise<Report> => {
  // Both are measured warm: the first time pays for the machine's getting to know the code.
  writeAlone(compileAll(build(AUDIENCES / 10, DEVICES / 10)).made)

  const single = compileAll(build(AUDIENCES, DEVICES))
  const alone = writeAlone(single.made)
  const ratio = rounded(single.ms / alone, 2)
  const double = compileAll(build(AUDIENCES * 2, DEVICES * 2))
  const fourfold = compileAll(build(AUDIENCES * 4, DEVICES * 4))
  const perAudience = ({ ms, audiences }: Compiled) => rounded(ms / audiences, 3)
  return reportOf('compile', {
    figures: {
      'days compiled, 10,000 devices': single.days,
      'distinct audiences': single.audiences,
      'distinct plans': single.plans,
      'their canonical JSON, MB': rounded(single.megabytes),
      'all of it, s': rounded(single.ms / 1_000, 2),
      'processor time of all threads, s': rounded(single.cpuMs / 1_000, 2),
      'ms an audience, 1×': perAudience(single),
      'ms an audience, 2×': perAudience(double),
      'ms an audience, 4×': perAudience(fourfold),
    },
    limit: {
      'the same plans, written and hashed alone, s': rounded(alone / 1_000, 2),
      'ratio to it': ratio,
    },
    goals: [
      atMost('30 days for 10,000 devices / writing them', ratio, 3),
      atMost('growth, 4× the audiences', rounded(fourfold.ms / single.ms, 2), 5),
    ],
  })
}
