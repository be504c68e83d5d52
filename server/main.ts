import type { Server as HttpServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import pino, { type Logger } from 'pino'
import { AppError, errorText } from '#protocol'
import { ADMINISTRATOR } from './access/first-administrator.ts'
import { composeServer } from './compose.ts'
import { type Config, lang, readConfig } from './config.ts'
import { namedFailure } from './ground/named-failure.ts'

/** Announcements for people go to standard output; the log, for machines, to standard error. */
const announce = (text: string) => process.stdout.write(`${text}\n`)

const listen = (http: HttpServer, { PORT, HOST }: Config): Promise<number> =>
  new Promise((resolve, reject) => {
    http.once('error', (cause: NodeJS.ErrnoException) => {
      const known = { EADDRINUSE: 'port-in-use', EACCES: 'port-not-allowed' } as const
      const code = known[cause.code as keyof typeof known]
      if (code) return reject(new AppError(code, { port: PORT }, { cause }))
      const isHost = /^(EADDRNOTAVAIL|ENOTFOUND|EAI_|EINVAL)/.test(cause.code ?? '')
      const detail = cause.code ?? ''
      return reject(isHost ? new AppError('host-unknown', { host: HOST, detail }) : cause)
    })
    http.listen(PORT, HOST, () => resolve((http.address() as AddressInfo).port))
  })

/**
 * The last resort: what no handler foresaw is logged as the fault that it is, and the others are
 * served. What is stored is consistent at any instant, so nothing is lost by running on.
 */
const surviveFaults = (log: Logger) =>
  process.on('uncaughtException', (error: NodeJS.ErrnoException, origin) => {
    // Nobody reads the log any more: logging that would fail again.
    if (error.code !== 'EPIPE')
      log.fatal({ err: error, origin }, 'a fault in the program; the server keeps running')
  })

const start = async (config: Config) => {
  const log = pino({ level: config.LOG_LEVEL }, pino.destination(2))
  const server = await composeServer(config, log)
  const port = await listen(server.http, config)
  surviveFaults(log)
  announce(`Loabang: http://localhost:${port}`)
  if (server.firstPassword && !config.ADMIN_PASSWORD) {
    announce(`${ADMINISTRATOR} / ${server.firstPassword}`)
    announce(
      lang === 'vi'
        ? 'Mật khẩu trên chỉ hiện một lần này; hãy cất giữ cẩn thận.'
        : 'This password is shown only this once; keep it safe.',
    )
  }
  log.info({ port, dataDir: config.DATA_DIR }, 'server started')

  const stop = async (signal: string) => {
    log.info({ signal }, 'server stopping')
    await server.close()
    process.exit(0)
  }
  process.once('SIGTERM', () => stop('SIGTERM'))
  process.once('SIGINT', () => stop('SIGINT'))
}

// What the server writes, its database and its keys among it, is its account's alone.
process.umask(0o077)
let folder = ''
try {
  const config = readConfig()
  folder = config.DATA_DIR
  await start(config)
} catch (error) {
  const named = namedFailure(error, folder)
  if (!named) throw error
  process.stderr.write(`\n✗ ${errorText(named.code, lang, named.params)}\n`)
  process.exit(1)
}
