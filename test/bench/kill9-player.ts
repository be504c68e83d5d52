import { readFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import pino from 'pino'
import { timelineOf } from '#playlists/timeline'
import { DayPlan, type Envelope, type Manifest, type Play } from '#protocol'
import { createMediaCache } from '../../player/cache/media-cache.ts'
import { needsOf } from '../../player/cache/needs.ts'
import { createPcmCache } from '../../player/cache/pcm-cache.ts'
import { createConductor } from '../../player/conduct/conductor.ts'
import { openJournal, type Stamp } from '../../player/journal/journal.ts'
import { createSpeaker } from '../../player/stage/speaker.ts'
import { createClock } from '../../player/time/clock.ts'
import { monotonicMs } from '../../player/time/monotonic.ts'
import { openTrustStore } from '../../player/trust/trust-store.ts'
import { DEVICE } from '../support/builders.ts'

/**
 * The real conductor, journal, cache and loudspeaker on the output that only keeps time; made to be
 * killed. It says what the loudspeaker does, in one write each: `started` before the journal hears
 * of it, `ending` before, `done` after it has been written down.
 */

const [folder = ''] = process.argv.slice(2)
const say = (word: string, key: string) => writeSync(1, `${word} ${key}\n`)

const clock = createClock(join(folder, 'clock.json'))
const offset = Date.now() - monotonicMs()
for (let count = 0; clock.now() === undefined && count < 3; count++) {
  const at = monotonicMs()
  clock.addSample({
    sentAt: at,
    receivedAt: at,
    serverReceivedAt: at + offset,
    serverSentAt: at + offset,
  })
}
clock.save()

const log = pino({ level: 'silent' })
const journal = openJournal<Play>(join(folder, 'journal.db'), DEVICE)
const stamp = (): Stamp => ({ at: clock.atLeast(), clock: clock.state() })
for (const { key, body } of journal.leftOpen()) {
  const { startAt, playedMs } = body
  const reached = startAt === null ? undefined : startAt + playedMs
  journal.close(key, { kind: 'play', play: body }, stamp(), reached)
}
journal.append({ kind: 'boot', software: 'kill9', clean: journal.wasStopped() }, stamp())

const { manifest: envelope } = openTrustStore(folder, { keys: [] } as never)
const payload = Buffer.from((envelope as Envelope).payload, 'base64').toString('utf8')
const manifest = JSON.parse(payload) as Manifest
const days = manifest.days.flatMap(({ startsAt, plans: { audio } }) => {
  const text = audio && readFileSync(join(folder, 'plans', audio), 'utf8')
  const { segments } = DayPlan.parse(JSON.parse(text ?? ''))
  return audio ? [{ startsAt, sha256: audio, segments }] : []
})
const timeline = timelineOf(days)

const cache = createMediaCache({
  folder: join(folder, 'media'),
  server: 'http://127.0.0.1:9',
  log,
  now: clock.atLeast,
  onChange() {},
})
await cache.want(needsOf(manifest, [timeline], clock.atLeast()))
const pcm = createPcmCache(join(folder, 'pcm'), process.env.FFMPEG_PATH ?? 'ffmpeg')
const conductor = createConductor({
  channel: 'audio',
  clock,
  cache,
  journal,
  stamp,
  log,
  onChange() {},
  onRecord() {},
  openStage: (events) =>
    createSpeaker({
      output: 'null',
      pcm,
      ffmpeg: process.env.FFMPEG_PATH ?? 'ffmpeg',
      clock,
      log,
      events: {
        ...events,
        onStarted(key, at) {
          say('started', key)
          events.onStarted(key, at)
        },
        onEnded(key, end) {
          say(end.reason === 'done' ? 'ending' : 'stopping', key)
          events.onEnded(key, end)
          say('done', key)
        },
      },
    }),
})
conductor.setPlan(timeline, manifest)
