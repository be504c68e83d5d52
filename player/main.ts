import { hostname } from 'node:os'
import pino from 'pino'
import { AppError, errorText } from '#protocol'
import packageJson from '../package.json' with { type: 'json' }
import { type Config, lang, readConfig } from './config.ts'
import { askServer } from './identity/ask-server.ts'
import { claimFolder } from './identity/claim-folder.ts'
import { enrol, type Identity, loadIdentity } from './identity/identity.ts'
import { startPlayer } from './player.ts'

const SOFTWARE = `loabang-player/${packageJson.version}`

/** The answer to whoever asked for a restart gets out before. */
const RESTART_MS = 300

/** @throws AppError not-enrolled, or what the server refused the enrolment with */
const identify = async (config: Config): Promise<Identity> => {
  const { DATA_DIR: folder, SERVER_URL: server, ENROLMENT_CODE: code } = config
  const known = loadIdentity(folder, code)
  if (known) return known
  if (!server || !code) throw new AppError('not-enrolled')
  const software = `${SOFTWARE} ${hostname()}`
  try {
    return await enrol(folder, server, code, (keys) =>
      askServer(server, { code, software, ...keys }),
    )
  } catch (error) {
    // A box that is to enrol anew goes on as what it is until the server can be reached.
    const earlier = loadIdentity(folder)
    if (earlier && error instanceof AppError && error.code === 'server-unreachable') return earlier
    throw error
  }
}

/** What this process was started with, for its successor. */
const ownArguments = () => [process.execPath, ...process.execArgv, ...process.argv.slice(1)]

const start = async () => {
  const config = readConfig()
  const log = pino({ level: config.LOG_LEVEL }, pino.destination(2))
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
  const restart = () => setTimeout(() => void stop('restart'), RESTART_MS)
  const player = startPlayer(config, identity, SOFTWARE, log.child({ deviceId }), restart)

  const stop = async (signal: string) => {
    log.info({ signal }, 'player stopping')
    await player.stop()
    // The same process goes on as a new one: whoever looks after it notices nothing.
    if (signal === 'restart') process.execve?.(process.execPath, ownArguments())
    process.exit(0)
  }
  process.once('SIGTERM', () => stop('SIGTERM'))
  process.once('SIGINT', () => stop('SIGINT'))
}

try {
  await start()
} catch (error) {
  if (!(error instanceof AppError)) throw error
  process.stderr.write(`\n✗ ${errorText(error.code, lang, error.params)}\n`)
  process.exit(1)
}
