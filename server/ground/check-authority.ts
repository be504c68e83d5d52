import { spawnSync } from 'node:child_process'
import { X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { AppError } from '#protocol'

/**
 * Whether days can be stamped as they are configured to be: without this every night would fail, and
 * only the log would say so.
 * @param caFile PEM of the certificates that the authority is believed by
 * @throws AppError authority-file, program-missing
 */
export const checkAuthority = (caFile: string): void => {
  try {
    new X509Certificate(readFileSync(caFile))
  } catch (cause) {
    const detail = cause instanceof Error ? cause.message : String(cause)
    throw new AppError('authority-file', { file: caFile, detail }, { cause })
  }
  const { error, status } = spawnSync('openssl', ['version'], { stdio: 'ignore' })
  if (status === 0) return
  const detail = error?.message ?? `${status}`
  const remedy = 'sudo apt-get install -y openssl'
  throw new AppError('program-missing', { program: 'openssl', detail, remedy })
}
