import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { PASSWORD } from './server.ts'

const MAIN = join(import.meta.dirname, '../../server/main.ts')

/** Starts the real server where it should refuse to. @returns what it says, in Vietnamese */
export const refusedStart = (folder: string, environment: Record<string, string> = {}) => {
  const { status, stderr, stdout } = spawnSync(
    process.execPath,
    [MAIN, '--port', '0', '--data', folder],
    {
      encoding: 'utf8',
      timeout: 100_000,
      env: {
        ...{ ...process.env, ADMIN_PASSWORD: PASSWORD, LOG_LEVEL: 'fatal', LC_ALL: 'vi_VN.UTF-8' },
        ...environment,
      },
    },
  )
  return { status, text: stdout + stderr }
}
