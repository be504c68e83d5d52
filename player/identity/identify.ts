import { hostname } from 'node:os'
import { AppError, isPlainHttp } from '#protocol'
import packageJson from '../../package.json' with { type: 'json' }
import type { Config } from '../config.ts'
import { askServer } from './ask-server.ts'
import { enrol, type Identity, loadIdentity } from './identity.ts'

/** What this program calls itself towards the server. */
export const SOFTWARE = `loabang-player/${packageJson.version}`

/**
 * Who this device is: as it enrolled, or as it enrols now with the code that it was given.
 * @throws AppError not-enrolled, plain-http, or what the server refused the enrolment with
 */
export const identify = async (config: Config): Promise<Identity> => {
  const { DATA_DIR: folder, SERVER_URL: server, ENROLMENT_CODE: code } = config
  const known = loadIdentity(folder, code)
  if (known) return known
  if (!server || !code) throw new AppError('not-enrolled')
  // A box that is enrolled keeps its server: what played yesterday plays tomorrow.
  if (isPlainHttp(server) && !config.ALLOW_HTTP) throw new AppError('plain-http', { server })
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
