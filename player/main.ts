import pino from 'pino'
import { AppError, errorText } from '#protocol'
import { lang, readConfig } from './config.ts'
import { claimFolder } from './identity/claim-folder.ts'
import { identify, SOFTWARE } from './identity/identify.ts'
import { trustAuthorities } from './link/authorities.ts'
import { startPlayer } from './player.ts'
import { createWatchdog } from './supervise/watchdog.ts'

/** The answer to whoever asked for a restart gets out before. */
const RESTART_MS = 300

/** What this process was started with, for its successor. */
const ownArguments = () => [process.execPath, ...process.execArgv, ...process.argv.slice(1)]

const start = async () => {
  const config = readConfig()
  const stderr = pino.destination(2)
  // Nobody may read it any more: that ends no player.
  stderr.on('error', () => {})
  const log = pino({ level: config.LOG_LEVEL }, stderr)
  trustAuthorities(config.CA_FILE)
  claimFolder(config.DATA_DIR)
  const identity = await identify(config)
  const { name, channels, deviceId } = identity.enrolment
  if (channels.includes('screen') && !config.CHROMIUM_PATH) {
    const detail = 'CHROMIUM_PATH'
    throw new AppError('program-missing', {
      program: 'Chromium',
      detail,
      remedy: 'npm run chromium',
    })
  }
  process.stdout.write(`Loabang: ${name} (${channels.join(' + ')}) → ${identity.server}\n`)
  const restart = () => setTimeout(() => stop('restart'), RESTART_MS)
  const player = startPlayer(config, identity, SOFTWARE, log.child({ deviceId }), restart)

  const { NOTIFY_SOCKET: socket, WATCHDOG_USEC: timeoutUs } = config
  const timeoutMs = timeoutUs && timeoutUs / 1_000
  const watchdog = createWatchdog({ socket, timeoutMs }, player.isMoving, log)

  const stop = async (signal: string) => {
    log.info({ signal }, 'player stopping')
    if (signal !== 'restart') watchdog.close()
    await player.stop().catch((error) => log.error(error, 'the player did not stop in order'))
    if (signal !== 'restart') process.exit(0)
    try {
      // The same process runs the new program, so the service manager sees no exit.
      process.execve?.(process.execPath, ownArguments())
    } catch (error) {
      log.error(error, 'the player could not start itself again; the service manager does')
    }
    process.exit(1)
  }
  process.once('SIGTERM', () => stop('SIGTERM'))
  process.once('SIGINT', () => stop('SIGINT'))

  // The last resort: what nobody caught is a fault of ours, and silence would be worse. A player
  // whose channels stand still because of it is ended by the watchdog.
  const survive = (err: unknown) =>
    log.fatal({ err }, 'a fault in the program; the player keeps on')
  process.on('uncaughtException', survive)
  process.on('unhandledRejection', survive)
}

// Only the account that started the player may read keys, journal and media, also outside its unit.
process.umask(0o077)
const [word, ...rest] = process.argv.slice(2)

try {
  // A player that plays does without what only the doctor needs.
  if (word === 'doctor') process.exit(await (await import('./doctor/doctor.ts')).runDoctor(rest))
  await start()
} catch (error) {
  if (!(error instanceof AppError)) throw error
  process.stderr.write(`\n✗ ${errorText(error.code, lang, error.params)}\n`)
  process.exit(1)
}
