import { join } from 'node:path'
import type { Logger } from 'pino'
import type {
  Channel,
  Command,
  CommandAnswer,
  Desired,
  DeviceStatus,
  Manifest,
  Play,
} from '#protocol'
import { createMediaCache } from './cache/media-cache.ts'
import { createPcmCache } from './cache/pcm-cache.ts'
import { type Conductor, createConductor } from './conduct/conductor.ts'
import type { Config } from './config.ts'
import type { Identity } from './identity/identity.ts'
import { openJournal, type Stamp } from './journal/journal.ts'
import { createUpload } from './journal/upload.ts'
import { createServerLink } from './link/server-link.ts'
import { detectOutput } from './stage/audio/open-output.ts'
import { createScreen, type Screen } from './stage/screen/screen.ts'
import { createSpeaker } from './stage/speaker.ts'
import { createClock } from './time/clock.ts'
import { accept, type Trust } from './trust/accept.ts'
import { createPlanStore } from './trust/plan-store.ts'

const STATUS_GATHER_MS = 250
const HOUSEKEEPING_MS = 60_000
const PLANS_RETRY_MS = 5_000

/** A device at work: a plan on disk, stages that play it, a journal, and a link when there is one. */
export const startPlayer = (config: Config, identity: Identity, software: string, log: Logger) => {
  const folder = config.DATA_DIR
  const { enrolment, server } = identity
  const clock = createClock(join(folder, 'clock.json'))
  const journal = openJournal<Play>(join(folder, 'journal.db'), enrolment.deviceId)
  const plans = createPlanStore(folder, server)
  const stamp = (): Stamp => ({ at: Math.round(clock.now() ?? Date.now()), clock: clock.state() })

  const trust: Trust = {
    deviceId: enrolment.deviceId,
    keys: enrolment.trustedKeys,
    applied: undefined,
  }
  let refusal: DeviceStatus['refusal'] = null
  let wanted: Desired | undefined
  let retry: NodeJS.Timeout | undefined
  let saying: NodeJS.Timeout | undefined

  const changed = () => {
    saying ??= setTimeout(() => {
      saying = undefined
      link.sayStatus(status())
    }, STATUS_GATHER_MS)
  }
  const recorded = () => upload.poke()

  const cache = createMediaCache({ folder: join(folder, 'media'), server, log, onChange: changed })
  const shared = { clock, cache, journal, stamp, log, onChange: changed, onRecord: recorded }
  const conductors: Conductor[] = []
  let screen: Screen | undefined
  if (enrolment.channels.includes('audio')) {
    const output = config.AUDIO_OUTPUT === 'auto' ? detectOutput() : config.AUDIO_OUTPUT
    const pcm = createPcmCache(join(folder, 'pcm'), config.FFMPEG_PATH)
    const openStage: Parameters<typeof createConductor>[0]['openStage'] = (events) =>
      createSpeaker({ output, pcm, clock, log, events })
    conductors.push(createConductor({ ...shared, channel: 'audio', openStage }))
  }
  if (enrolment.channels.includes('screen') && enrolment.canvas) {
    const browser = {
      executable: config.CHROMIUM_PATH,
      profile: join(folder, 'browser'),
      canvas: enrolment.canvas,
      isKiosk: config.DISPLAY_MODE === 'kiosk',
    }
    const conductor = createConductor({
      ...shared,
      channel: 'screen',
      openStage: (events) => createScreen({ browser, clock, log, events }),
    })
    screen = conductor.stage
    conductors.push(conductor)
  }

  const status = (): DeviceStatus => ({
    appliedRevision: trust.applied?.revision ?? null,
    refusal,
    media: cache.progress(),
    clock: clock.state(),
    unsentRecords: upload.unsent(),
    channels: conductors.map((conductor) => conductor.status()),
  })

  const putInForce = (manifest: Manifest) => {
    for (const conductor of conductors) {
      const { channel } = conductor.status()
      conductor.setPlan(plans.timeline(manifest, channel as Channel), manifest)
    }
    cache.want(manifest.media).catch((error) => log.error(error, 'the cache failed'))
    changed()
  }

  /** Takes what the server wants of us, if it may be taken; only the last order counts. */
  const follow = async (desired: Desired) => {
    wanted = desired
    clearTimeout(retry)
    const verdict = accept(trust, desired.manifest, clock.now())
    if (!verdict.ok) {
      log.error(verdict, 'a manifest was refused')
      refusal = verdict.refusal
      const { refusal: name, revision } = verdict
      journal.append({ kind: 'refusal', refusal: name, revision }, stamp())
      recorded()
      link.sayRefused(name, revision)
      return changed()
    }
    const { manifest } = verdict
    try {
      await plans.complete(manifest)
    } catch (error) {
      log.warn(error, 'plans could not be fetched; tried again')
      retry = setTimeout(() => void follow(desired), PLANS_RETRY_MS)
      return undefined
    }
    if (wanted !== desired) return undefined
    plans.save(desired.manifest, manifest)
    trust.applied = { revision: manifest.revision, payload: desired.manifest.payload }
    refusal = null
    link.sayApplied(manifest.revision, clock.now() ?? Date.now())
    log.info({ revision: manifest.revision, days: manifest.days.length }, 'manifest in force')
    return putInForce(manifest)
  }

  const obey = async (command: Command): Promise<CommandAnswer> => {
    switch (command.name) {
      case 'screenshot': {
        const jpeg = await screen?.screenshot()
        return jpeg ? { ok: true, jpeg } : { ok: false, code: 'device-no-screen' }
      }
    }
  }

  const link = createServerLink({
    identity,
    software,
    clock,
    log,
    hello: () => ({
      appliedRevision: trust.applied?.revision ?? null,
      epoch: journal.position().epoch,
    }),
    onWelcome(held) {
      upload.welcome(held)
      cache.retryNow()
      link.sayStatus(status())
    },
    onDesired: (desired) => void follow(desired),
    onCommand: obey,
  })
  const upload = createUpload({
    journal,
    deviceId: enrolment.deviceId,
    signer: identity.journal,
    ledgerKey: enrolment.ledgerKey,
    send: link.sendRecords,
    reconnect: link.reconnect,
    log,
  })

  const leftOpen = journal.leftOpen()
  for (const { key, body } of leftOpen) journal.close(key, { kind: 'play', play: body }, stamp())
  journal.append({ kind: 'boot', software, clean: journal.wasStopped() }, stamp())

  const stored = accept(trust, plans.envelope(), undefined)
  if (stored.ok) {
    const payload = (plans.envelope() as { payload: string }).payload
    trust.applied = { revision: stored.manifest.revision, payload }
    putInForce(stored.manifest)
  }
  link.connect()

  const housekeeping = setInterval(() => {
    clock.save()
    const now = clock.now()
    if (now !== undefined && clock.state().grade === 'synced') journal.prune(now)
    changed()
  }, HOUSEKEEPING_MS)

  return {
    /** Ends in order: what plays is faded out and written down. */
    async stop() {
      clearInterval(housekeeping)
      clearTimeout(retry)
      clearTimeout(saying)
      await Promise.all(conductors.map((conductor) => conductor.close()))
      journal.append({ kind: 'stop' }, stamp())
      upload.close()
      link.close()
      cache.close()
      clock.save()
      journal.shut()
    },
  }
}
