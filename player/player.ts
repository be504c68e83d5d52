import { join } from 'node:path'
import type { Logger } from 'pino'
import type { Timeline } from '#playlists/timeline'
import type { DeviceStatus, JournalEvent, Manifest, Play, Sha256 } from '#protocol'
import { createMediaCache } from './cache/media-cache.ts'
import { needsOf } from './cache/needs.ts'
import { openChannels } from './channels.ts'
import { openByHand } from './command/by-hand.ts'
import { createCallTone } from './command/call-tone.ts'
import { createObey } from './command/obey.ts'
import type { Config } from './config.ts'
import type { Identity } from './identity/identity.ts'
import { openJournal, type Stamp } from './journal/journal.ts'
import { createUpload } from './journal/upload.ts'
import { createServerLink } from './link/server-link.ts'
import { contained } from './supervise/contained.ts'
import { createClock } from './time/clock.ts'
import { createLookAfter } from './time/look-after.ts'
import { machineTime } from './time/sources.ts'
import { createDistrust } from './trust/distrust.ts'
import { createFollower } from './trust/follower.ts'
import { pinnedBy } from './trust/pinned.ts'
import { createPlanStore } from './trust/plan-store.ts'
import { openSeals } from './trust/seals.ts'

const STATUS_GATHER_MS = 250
const LOOK_MS = 1_000
const HOUSEKEEPING_MS = 60_000
/** What is needed soonest changes with time; and while the machine is on, its own count tells the time. */
const RENEW_MS = 10 * 60_000

/** How long a manifest's day is at most, where none follows. */
const DAY_MS = 86_400_000

/**
 * A device at work: a plan on disk, stages that play it, a journal, and a link when there is one.
 * @param restart ends this process and starts it anew
 * @param open opens the channels; a simulation has stages of its own
 */
export const startPlayer = (
  config: Config,
  identity: Identity,
  software: string,
  log: Logger,
  restart: () => void,
  open: typeof openChannels = openChannels,
) => {
  const folder = config.DATA_DIR
  const { enrolment, server } = identity
  const { deviceId } = enrolment
  const clock = createClock(
    join(folder, 'clock.json'),
    machineTime(config.TRUST_SYSTEM_CLOCK === 'yes'),
  )
  const journal = openJournal<Play>(join(folder, 'journal.db'), deviceId, {
    limitBytes: config.JOURNAL_MB * 1_000_000,
  })
  const plans = createPlanStore(folder, server)
  const seals = openSeals(folder, enrolment)
  const byHand = openByHand(join(folder, 'by-hand.json'))
  const stamp = (): Stamp => ({ at: clock.atLeast(), clock: clock.state() })
  let saying: NodeJS.Timeout | undefined
  let inForce: Manifest | undefined
  let timelines: Timeline[] = []

  const changed = () => {
    saying ??= setTimeout(say, STATUS_GATHER_MS)
  }
  const say = contained(log, 'the status could not be said', () => {
    saying = undefined
    link.sayStatus(status())
  })
  const recorded = () => upload.poke()
  const record = (event: JournalEvent) => {
    journal.append(event, stamp())
    recorded()
    changed()
  }

  const distrust = createDistrust(record)
  const cache = createMediaCache({
    folder: join(folder, 'media'),
    server,
    log,
    now: clock.atLeast,
    dayMs: (at) => {
      const day = inForce?.days.findLast(({ startsAt }) => startsAt <= at)
      return day && at - day.startsAt < DAY_MS ? at - day.startsAt : undefined
    },
    rules: {
      deviceId,
      windows: config.DOWNLOAD_WINDOWS,
      spreadMs: config.DOWNLOAD_SPREAD_MINUTES * 60_000,
    },
    bytesPerSecond: config.DOWNLOAD_KBPS > 0 ? config.DOWNLOAD_KBPS * 125 : undefined,
    budgetBytes: config.CACHE_MB * 1_000_000,
    onChange: changed,
    onBad: (what, sha256) => record({ kind: 'media', what, sha256 }),
    onDisk: (state, freeBytes) => record({ kind: 'disk', state, freeBytes }),
  })
  const shared = {
    clock,
    cache,
    journal,
    stamp,
    log,
    onChange: changed,
    onRecord: recorded,
    isHeld: clock.isAboutToStep,
    onSetAside(sha256: Sha256) {
      log.error({ sha256 }, 'the board was lost twice under this content: it is not shown any more')
      record({ kind: 'set-aside', sha256 })
    },
  }
  const { conductors, screen, picture, clearSetAside } = open(config, enrolment, shared)
  const all = [...conductors.values()]

  const status = (): DeviceStatus => ({
    appliedRevision: follower.appliedRevision(),
    refusal: follower.refusal(),
    media: cache.progress(),
    clock: clock.state(),
    refusedStep: clock.refusedStep(),
    unsentRecords: upload.unsent(),
    journal: journal.isFull() ? 'full' : 'ok',
    ...byHand.get(),
    channels: all.map((conductor) => conductor.status()),
  })

  const sortNeeds = () => {
    if (!inForce) return
    cache
      .want(needsOf(inForce, timelines, clock.atLeast()))
      .catch((error) => log.error(error, 'the cache failed'))
  }

  const putInForce = (manifest: Manifest) => {
    inForce = manifest
    clock.isAfter(manifest.issuedAt)
    if (manifest.ledgerSeals) seals.require()
    timelines = [...conductors].map(([channel, conductor]) => {
      const timeline = plans.timeline(manifest, channel)
      conductor.setPlan(timeline, manifest)
      return timeline
    })
    if (manifest.device.canvas) screen?.setCanvas(manifest.device.canvas)
    sortNeeds()
    changed()
  }

  const follower = createFollower({
    folder,
    pinned: pinnedBy(enrolment),
    plans,
    now: clock.now,
    log,
    record,
    onUnfit: () => link.askWhole(),
    onRefused(refusal, revision) {
      link.sayRefused(refusal, revision)
      changed()
    },
    onApplied(manifest) {
      link.sayApplied(manifest.revision, clock.atLeast())
      putInForce(manifest)
    },
  })

  const callTone = createCallTone(folder, config.FFMPEG_PATH)
  const commands = createObey({
    conductors,
    byHand,
    deviceName: enrolment.name,
    screenshot: screen && (() => screen.screenshot()),
    picture,
    callTone: (stage) => callTone(stage, clock.now() ?? clock.atLeast()),
    async clearCache() {
      await cache.clear()
      clearSetAside()
      for (const conductor of all) await conductor.forgetPrepared()
    },
    restart,
    record,
    onChange: changed,
  })

  const link = createServerLink({
    identity,
    software,
    clock,
    seals,
    log,
    onDistrust: distrust,
    hello: () => ({
      appliedRevision: follower.appliedRevision(),
      epoch: journal.position().epoch,
      keysVersion: follower.keysVersion(),
    }),
    onWelcome(held) {
      upload.welcome(held)
      cache.retryNow()
      link.sayStatus(status())
    },
    onDesired: follower.follow,
    onUnreadable: follower.refuseUnreadable,
    onCommand: commands.obey,
  })
  const upload = createUpload({
    journal,
    deviceId,
    signer: identity.journal,
    ledgerKey: enrolment.ledgerKey,
    send: link.sendRecords,
    reconnect: link.reconnect,
    onAcked: changed,
    onUnproved: () => distrust('journal'),
    log,
  })

  const lastAt = journal.lastSyncedAt()
  if (lastAt !== undefined) clock.isAfter(lastAt)
  for (const { key, body } of journal.leftOpen()) {
    const { startAt, playedMs } = body
    const reached = startAt === null ? undefined : startAt + playedMs
    journal.close(key, { kind: 'play', play: body }, stamp(), reached)
  }
  journal.append({ kind: 'boot', software, clean: journal.wasStopped() }, stamp())
  commands.applyByHand()
  follower.resume()
  link.connect()

  const lookAtClock = createLookAfter({
    ...{ clock, log, record },
    isOnAir: () => all.some((conductor) => conductor.isOnAir()),
    onTorn() {
      for (const conductor of all) conductor.clockWasSet()
    },
  })
  lookAtClock()
  const renew = contained(log, 'the time could not be kept', () => {
    sortNeeds()
    clock.save()
  })
  const tend = contained(log, 'the journal could not be looked after', () => {
    const now = clock.now()
    if (now !== undefined && clock.state().grade === 'synced') journal.prune(now)
    journal.tend(stamp())
    changed()
  })
  const rounds = [
    setInterval(lookAtClock, LOOK_MS),
    setInterval(renew, RENEW_MS),
    setInterval(tend, HOUSEKEEPING_MS),
  ]

  return {
    /** Whether every channel still does its rounds: a player that does not should be started anew. */
    isMoving: (): boolean => all.every((conductor) => conductor.isMoving()),

    /** Ends in order: what plays is faded out and written down. */
    async stop() {
      for (const round of rounds) clearInterval(round)
      clearTimeout(saying)
      follower.close()
      await Promise.all(all.map((conductor) => conductor.close()))
      journal.append({ kind: 'stop' }, stamp())
      upload.close()
      link.close()
      cache.close()
      clock.save()
      journal.shut()
    },
  }
}
