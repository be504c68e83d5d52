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

/** @throws AppError not-enrolled, or what the server refused the enrolment with */
const identify = async (config: Config): Promise<Identity> => {
  const known = loadIdentity(config.DATA_DIR)
  if (known) return known
  const { SERVER_URL: server, ENROLMENT_CODE: code } = config
  if (!server || !code) throw new AppError('not-enrolled')
  const software = `${SOFTWARE} ${hostname()}`
  return enrol(config.DATA_DIR, server, (keys) => askServer(server, { code, software, ...keys }))
}

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
  const player = startPlayer(config, identity, SOFTWARE, log.child({ deviceId }))

  const stop = async (signal: string) => {
    log.info({ signal }, 'player stopping')
    await player.stop()
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
