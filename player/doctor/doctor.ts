import { mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import pino from 'pino'
import { AppError, type Channel, DeviceId, type Lang, type Play } from '#protocol'
import { type Config, lang as ownLang, readConfig } from '../config.ts'
import { claimFolder } from '../identity/claim-folder.ts'
import { type Identity, loadIdentity } from '../identity/identity.ts'
import { type Journal, openJournal } from '../journal/journal.ts'
import { trustAuthorities } from '../link/authorities.ts'
import { createClock } from '../time/clock.ts'
import { machineTime } from '../time/sources.ts'
import { openTrustStore } from '../trust/trust-store.ts'
import { clockFinding } from './check-clock.ts'
import { checkDisk } from './check-disk.ts'
import { checkNetwork } from './check-network.ts'
import { checkScreen } from './check-screen.ts'
import { checkSound } from './check-sound.ts'
import { type Finding, inWords, lineOf } from './finding.ts'
import { openRehearsal } from './rehearsal.ts'

const NOBODY = DeviceId.parse('00000000-0000-7000-8000-000000000000')

const say = (text: string) => void process.stdout.write(text)

const LANGS: readonly Lang[] = ['vi', 'en']
const NO_SUCH_LANG = { vi: '- --lang: chỉ nhận vi hoặc en', en: '- --lang: it must be vi or en' }

/**
 * What is the doctor's own: `--lang vi` or `--lang en` wins over the language of the terminal, and
 * with `--quiet` nothing is heard or shown.
 * @throws AppError config-invalid
 */
const takeOptions = (args: readonly string[]) => {
  const isQuiet = args.includes('--quiet')
  const others = args.filter((arg) => arg !== '--quiet')
  const at = others.indexOf('--lang')
  if (at < 0) return { lang: ownLang, isQuiet, rest: others }
  const lang = LANGS.find((one) => one === others[at + 1])
  if (!lang) throw new AppError('config-invalid', NO_SUCH_LANG)
  return { lang, isQuiet, rest: others.toSpliced(at, 2) }
}

/** @returns whether nobody else holds the device's data now */
const claim = (folder: string): boolean => {
  try {
    claimFolder(folder)
    return true
  } catch (error) {
    if (error instanceof AppError && error.code === 'database-in-use') return false
    throw error
  }
}

/** What the device holds, and how far its journal goes: for the server, exactly as the player says it. */
const positionOf = (config: Config, journal: Journal<Play>, { enrolment }: Identity) => {
  const { deviceId, channels, trustedKeys: keys, keysVersion } = enrolment
  const pinned = { deviceId, channels, keys, revoked: [], keysVersion, keysHead: null }
  const { trust } = openTrustStore(config.DATA_DIR, { ...pinned, applied: undefined })
  return {
    appliedRevision: trust.applied?.revision ?? null,
    epoch: journal.position().epoch,
    keysVersion: trust.keysVersion,
  }
}

/**
 * Lets a box prove itself to whoever stands before it: its disk, network, clock, sound and screen,
 * and a record of what it played for that.
 * @returns the exit code: 0 where nothing failed
 */
export const runDoctor = async (args: readonly string[]): Promise<number> => {
  const { lang, isQuiet, rest } = takeOptions(args)
  const config = readConfig(rest)
  const log = pino(
    { level: config.LOG_LEVEL === 'info' ? 'silent' : config.LOG_LEVEL },
    pino.destination(2),
  )
  trustAuthorities(config.CA_FILE)
  const folder = config.DATA_DIR
  const found: Finding[] = []
  const tell = (finding: Finding) => {
    found.push(finding)
    say(lineOf(finding, lang))
  }

  const isOurs = claim(folder)
  const name = loadIdentity(folder)?.enrolment.name ?? inWords('not-enrolled', lang)
  say(`Loabang doctor: ${name}\n`)
  tell(await checkDisk(folder))
  if (!isOurs) {
    tell({ check: 'network', mark: 'failed', says: 'player-runs', remedy: 'player-runs-do' })
    return summary(found, lang)
  }

  const time = machineTime(config.TRUST_SYSTEM_CLOCK === 'yes')
  const clock = createClock(join(folder, 'clock.json'), time)
  let journal: Journal<Play> | undefined
  const own = (identity: Identity) => {
    const limitBytes = config.JOURNAL_MB * 1_000_000
    journal ??= openJournal(join(folder, 'journal.db'), identity.enrolment.deviceId, { limitBytes })
    return journal
  }
  const position = (identity: Identity) => positionOf(config, own(identity), identity)
  const { finding, identity } = await checkNetwork({ config, lang, clock, log, position })
  tell(finding)
  clock.look(false)
  clock.save()
  tell(clockFinding(clock.state(), time.isSystemKept()))

  const scratch = mkdtempSync(join(folder, 'doctor-'))
  try {
    const plays = isQuiet
      ? skipRehearsal(tell)
      : await rehearse(config, identity, { scratch, clock, log, lang, tell })
    if (identity) {
      const failed = found.flatMap(({ check, mark }) => (mark === 'failed' ? [check] : []))
      const stamp = { at: clock.atLeast(), clock: clock.state() }
      own(identity).append({ kind: 'test', failed, plays }, stamp)
    }
  } finally {
    journal?.shut()
    rmSync(scratch, { recursive: true, force: true })
  }
  return summary(found, lang)
}

type Rehearsing = {
  scratch: string
  clock: Parameters<typeof openRehearsal>[0]['clock']
  log: pino.Logger
  lang: Lang
  tell: (finding: Finding) => void
}

/** In the middle of the night nobody wants to hear a horn. */
const skipRehearsal = (tell: Rehearsing['tell']): Play[] => {
  for (const check of ['sound', 'screen', 'record'] as const)
    tell({ check, mark: 'unproved', says: 'kept-quiet', remedy: 'kept-quiet-do' })
  return []
}

/** Sound, screen, and the record of both. A box that has not enrolled may become a loudspeaker. */
const rehearse = async (
  config: Config,
  identity: Identity | undefined,
  { scratch, clock, log, lang, tell }: Rehearsing,
): Promise<Play[]> => {
  const { deviceId = NOBODY, name = '?', canvas } = identity?.enrolment ?? {}
  const channels: readonly Channel[] = identity?.enrolment.channels ?? ['audio']
  const title = inWords('test-title', lang)
  const rehearsal = openRehearsal({ folder: scratch, deviceId, deviceName: name, clock, log })
  const wanted: Channel[] = []
  if (channels.includes('audio')) {
    wanted.push('audio')
    say(`${inWords('will-sound', lang)}\n`)
    tell(await checkSound(rehearsal, config, title, scratch, log))
  } else tell({ check: 'sound', mark: 'absent', says: 'sound-none' })
  if (channels.includes('screen') && canvas) {
    wanted.push('screen')
    say(`${inWords('will-show', lang)}\n`)
    tell(await checkScreen(rehearsal, config, canvas, title, scratch, log))
  } else tell({ check: 'screen', mark: 'absent', says: 'screen-none' })

  const failed = (detail: string) =>
    tell({
      check: 'record',
      mark: 'failed',
      says: 'record-failed',
      params: { detail },
      remedy: 'record-failed-do',
    })
  try {
    const plays = await rehearsal.readAgain()
    const outcome = plays
      .map((play) => [play.channel, play.outcome, play.cause].filter(Boolean).join(' '))
      .join(', ')
    const isWhole = wanted.every((channel) =>
      plays.some((play) => play.channel === channel && play.outcome === 'completed'),
    )
    if (!isWhole) failed(outcome || '0')
    else {
      const says = identity ? 'record-filed' : 'record-ok'
      tell({ check: 'record', mark: 'proved', says, params: { outcome } })
    }
    return plays
  } catch (error) {
    failed(error instanceof Error ? error.message : String(error))
    return []
  }
}

const summary = (found: readonly Finding[], lang: Lang): number => {
  const count = (mark: Finding['mark']) => found.filter((finding) => finding.mark === mark).length
  const failed = count('failed')
  const unproved = count('unproved')
  if (failed > 0) say(`\n${inWords('not-well', lang, { count: failed })}\n`)
  else if (unproved > 0) say(`\n${inWords('well-as-known', lang, { count: unproved })}\n`)
  else say(`\n${inWords('all-well', lang)}\n`)
  return failed > 0 ? 1 : 0
}
