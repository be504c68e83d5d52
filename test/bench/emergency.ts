import { createHash } from 'node:crypto'
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pino from 'pino'
import { timelineOf } from '#playlists/timeline'
import type { Manifest, PlanItem, Play, Priority, Segment, Sha256 } from '#protocol'
import { createMediaCache } from '../../player/cache/media-cache.ts'
import { createPcmCache } from '../../player/cache/pcm-cache.ts'
import { createConductor } from '../../player/conduct/conductor.ts'
import { openJournal } from '../../player/journal/journal.ts'
import { createSpeaker } from '../../player/stage/speaker.ts'
import { monotonicMs } from '../../player/time/monotonic.ts'
import { AREA, aPlanItem, DEVICE, sha } from '../support/builders.ts'
import { syncedClock } from '../support/clock.ts'
import { make } from '../support/ffmpeg.ts'
import { amplitude, WINDOW } from '../support/hearing.ts'
import { PULSEAUDIO, type Recording, startPulse } from '../support/pulse.ts'
import { atMost, percentile, type Report, reportOf, rounded } from './report.ts'
import { busy, FFMPEG, goFirst, IS_FULL, sleep } from './sound.ts'
import { spawnErrors } from './start.ts'

const ROUNDS = IS_FULL ? 60 : 15
const ALARM_MS = 1_000
const REST_MS = 1_600
const STEP = 48
const WATCHED_MS = 900
const ALARM_HZ = 3_000
const PROGRAMME_HZ = 400

const manifest = (revision: number): Manifest => ({
  v: 1,
  deviceId: DEVICE,
  revision,
  issuedAt: 1,
  playUntil: Date.now() + 86_400_000,
  device: {
    name: 'Loa',
    area: { id: AREA, code: '1', path: ['Xã'] },
    timeZone: 'UTC',
    channels: ['audio'],
    canvas: null,
  },
  days: [],
  media: [],
  relayHosts: [],
})

const schedule = { id: '01890000-0000-7000-8000-0000000000aa' as never, name: 'Lịch' }

const segment = (from: number, item: PlanItem, priority: Priority, repeat: boolean): Segment => ({
  from,
  to: from + (repeat ? 3_600_000 : item.durationMs),
  anchor: from,
  repeat,
  volume: 100,
  items: [{ ...item, schedule }],
  because: { schedules: [schedule], priority, overrode: [], breaks: [] },
})

const tone = (path: string, hertz: number, ms: number) =>
  make(
    path,
    ...['-f', 'lavfi', '-i', `sine=f=${hertz}:d=${ms / 1000}:r=48000,volume=4`],
    ...['-c:a', 'libopus', '-ac', '1', '-f', 'ogg'],
  )

/** How long after an instant a tone is first, or last, heard in a recording that is over; NaN for never. */
const edge = (recording: Recording, samples: Int16Array, after: number, hertz: number) => {
  const begin = Math.round((after - recording.monoOf(0)) * 48)
  const isHeard = (away: number) => amplitude(samples, begin + away * STEP, hertz) > 1_500
  const steps = Array.from({ length: WATCHED_MS }, (_, away) => away)
  const half = WINDOW / STEP / 2
  return {
    first: (steps.find(isHeard) ?? Number.NaN) + half,
    last: (steps.findLast(isHeard) ?? Number.NaN) + half,
  }
}

/** Arrival of a plan with an emergency in it → the emergency at the monitor; a clip never decoded before. */
const emergencies = async (folder: string, isBusy: boolean) => {
  const pulse = await startPulse()
  Object.assign(process.env, pulse.env)
  const media = join(folder, 'media')
  mkdirSync(media, { recursive: true })
  const clock = syncedClock(folder)
  const log = pino({ level: 'silent' })
  const cache = createMediaCache({
    folder: media,
    server: 'http://127.0.0.1:9',
    log,
    now: Date.now,
    onChange() {},
  })
  const clipOf = (name: string, hertz: number, ms: number) => {
    const made = tone(join(folder, 'tone.ogg'), hertz, ms)
    const sha256 = createHash('sha256').update(readFileSync(made)).digest('hex') as Sha256
    copyFileSync(made, join(media, sha256))
    return { ...aPlanItem(name, ms), sha256, bytes: statSync(made).size }
  }
  const run = isBusy ? 'busy' : 'idle'
  const programme = clipOf('programme', PROGRAMME_HZ, 60_000)
  const alarms = Array.from({ length: ROUNDS }, (_, index) =>
    // No two are the same bytes: each is decoded when it comes.
    clipOf(`alarm ${run} ${index}`, ALARM_HZ + (isBusy ? index : -1 - index) / 4, ALARM_MS),
  )
  const items = [programme, ...alarms]
  await cache.want(items.map(({ sha256, bytes }) => ({ sha256, bytes, neededAt: 0 })))
  const journal = openJournal<Play>(join(folder, `journal-${run}.db`), DEVICE)
  const conductor = createConductor({
    channel: 'audio',
    clock,
    cache,
    journal,
    stamp: () => ({ at: Date.now(), clock: clock.state() }),
    log,
    openStage: (events) =>
      createSpeaker({
        output: 'pulse',
        pcm: createPcmCache(join(folder, 'pcm'), FFMPEG),
        ffmpeg: FFMPEG,
        clock,
        log,
        events,
      }),
    onChange() {},
    onRecord() {},
  })
  const now = () => Math.round(clock.now() ?? 0)
  const planned = (revision: number, ...segments: Segment[]) =>
    conductor.setPlan(
      timelineOf([{ startsAt: 0, sha256: sha('plan'), segments }]),
      manifest(revision),
    )
  while (conductor.stage.output() === null) await sleep(20)
  await sleep(3_000)
  const begun = now()
  const usual = segment(begun, programme, 'normal', true)
  planned(1, usual)
  const recording = pulse.record()
  await sleep(4_000)
  const calm = isBusy ? busy() : () => {}
  const arrivals: number[] = []
  for (const [index, alarm] of alarms.entries()) {
    arrivals.push(monotonicMs())
    const at = now()
    planned(2 + index, { ...usual, to: at }, segment(at, alarm, 'emergency', false), {
      ...usual,
      from: at + ALARM_MS,
    })
    await sleep(ALARM_MS + REST_MS)
  }
  calm()
  const samples = await recording.stop()
  await conductor.close()
  journal.shut()
  await pulse.close()
  const edges = (hertz: number) => arrivals.map((at) => edge(recording, samples, at, hertz))
  const heard = edges(ALARM_HZ).map(({ first }) => first)
  return {
    audible: heard.filter((ms) => !Number.isNaN(ms)),
    gone: edges(PROGRAMME_HZ)
      .map(({ last }) => last)
      .filter((ms) => !Number.isNaN(ms)),
  }
}

const summary = (name: string, { audible, gone }: { audible: number[]; gone: number[] }) => ({
  [`${name}: emergencies not heard`]: ROUNDS - audible.length,
  [`${name}: audible after, median ms`]: rounded(percentile(audible, 0.5)),
  [`${name}: audible after, worst ms`]: rounded(Math.max(...audible)),
  [`${name}: programme gone after, median ms`]: rounded(percentile(gone, 0.5)),
  [`${name}: programme gone after, worst ms`]: rounded(Math.max(...gone)),
})

/** How soon an emergency is heard, over a programme that plays. */
export const emergency = async (): Promise<Report> => {
  if (!PULSEAUDIO) throw new Error('PulseAudio is needed: PULSEAUDIO_PATH')
  const folder = mkdtempSync(join(tmpdir(), 'loabang-bench-'))
  const niceness = goFirst()
  const idle = await emergencies(folder, false)
  const loaded = await emergencies(folder, true)
  const spawned = await spawnErrors(folder)
  rmSync(folder, { recursive: true, force: true })
  return reportOf('emergency', {
    figures: {
      rounds: ROUNDS,
      niceness,
      ...summary('idle', idle),
      ...summary('every core busy', loaded),
    },
    limit: {
      'peer: paplay started on arrival, median ms': rounded(percentile(spawned.errors, 0.5)),
      'peer: paplay started on arrival, worst ms': rounded(Math.max(...spawned.errors)),
      'peer: paplay, not heard': spawned.missed,
    },
    goals: [
      atMost('idle, worst ms', rounded(Math.max(...idle.audible)), 150),
      atMost('emergencies not heard', 2 * ROUNDS - idle.audible.length - loaded.audible.length, 0),
      atMost('every core busy, p95 ms', rounded(percentile(loaded.audible, 0.95)), 150),
    ],
  })
}
