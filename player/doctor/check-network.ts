import type { Logger } from 'pino'
import { AppError, ERRORS, type ErrorCode, errorText, type Lang } from '#protocol'
import type { Config } from '../config.ts'
import { identify, SOFTWARE } from '../identity/identify.ts'
import { type Identity, loadIdentity } from '../identity/identity.ts'
import { createServerLink } from '../link/server-link.ts'
import { tlsTrouble } from '../link/tls-trouble.ts'
import type { Clock } from '../time/clock.ts'
import { monotonicMs } from '../time/monotonic.ts'
import { openSeals, type Seals } from '../trust/seals.ts'
import type { Finding } from './finding.ts'

const ANSWER_MS = 10_000
const HANDSHAKE_MS = 20_000
/** So long the exchanges that agree on the time may take. */
const CLOCK_MS = 5_000

/** What the client says where pages come through and a WebSocket does not. */
const NO_SOCKET = /^(websocket error|timeout|> )/

/** What the device says of itself when it is let in: not a word that is not true. */
export type Position = { appliedRevision: number | null; epoch: number; keysVersion: number }

const knownWords = (why: string, lang: Lang): string =>
  why in ERRORS ? errorText(why as ErrorCode, lang) : why

const reasonOf = (error: unknown): string => {
  const inner = error instanceof Error ? (error.cause ?? error) : error
  return inner instanceof Error ? inner.message : String(inner)
}

/** Asks the server whether it is there. @returns how long that took, in ms */
const knock = async (server: string): Promise<number> => {
  const before = monotonicMs()
  const answer = await fetch(new URL('/healthz', server), {
    signal: AbortSignal.timeout(ANSWER_MS),
    redirect: 'manual',
  })
  await answer.body?.cancel()
  if (!answer.ok) throw new Error(`HTTP ${answer.status}`)
  return Math.ceil(monotonicMs() - before)
}

/** Connects as the player does, waits until the time is agreed on, and leaves. @returns why not, or undefined */
const shakeHands = (
  identity: Identity,
  position: Position,
  clock: Clock,
  seals: Seals,
  log: Logger,
): Promise<string | undefined> =>
  new Promise((resolve) => {
    const leave = (why?: string) => {
      clearTimeout(impatience)
      link.close()
      resolve(why)
    }
    const impatience = setTimeout(() => leave(`> ${HANDSHAKE_MS / 1000} s`), HANDSHAKE_MS)
    const link = createServerLink({
      identity,
      software: SOFTWARE,
      clock,
      seals,
      log,
      hello: () => position,
      onWelcome() {
        const deadline = monotonicMs() + CLOCK_MS
        const looking = setInterval(() => {
          if (clock.state().grade !== 'synced' && monotonicMs() < deadline) return
          clearInterval(looking)
          leave()
        }, 50)
      },
      onDesired() {},
      onCommand: async () => ({ ok: false, code: 'busy' }),
      onRefused: leave,
    })
    link.connect()
  })

export type NetworkDeps = {
  config: Config
  lang: Lang
  clock: Clock
  log: Logger
  position: (identity: Identity) => Position
}

/**
 * Whether the server is there, knows this device, and lets it in. With a code a device that has not
 * enrolled does so.
 */
export const checkNetwork = async (
  deps: NetworkDeps,
): Promise<{ finding: Finding; identity: Identity | undefined }> => {
  const { config, lang } = deps
  const check = 'network'
  let identity = loadIdentity(config.DATA_DIR, config.ENROLMENT_CODE)
  const earlier = identity ?? loadIdentity(config.DATA_DIR)
  const server = identity?.server ?? config.SERVER_URL ?? earlier?.server
  const failed = (
    says: Finding['says'],
    remedy: Finding['remedy'],
    params: Finding['params'] = {},
  ) => ({
    finding: {
      check,
      mark: 'failed' as const,
      says,
      params: { server: server ?? '', ...params },
      ...(remedy && { remedy }),
    } satisfies Finding,
    identity: identity ?? earlier,
  })

  if (!server) return failed('network-no-server', 'network-enrol-do')
  let ms: number
  try {
    ms = await knock(server)
  } catch (error) {
    const detail = reasonOf(error)
    const trouble = tlsTrouble(error)
    if (trouble === 'clock')
      return failed('network-clock', 'network-clock-do', { detail, now: new Date().toISOString() })
    if (trouble === 'authority')
      return failed('network-authority', 'network-authority-do', { detail })
    if (config.HTTPS_PROXY) return failed('network-unreachable', 'network-proxy-do', { detail })
    return failed('network-unreachable', 'network-unreachable-do', { detail })
  }
  if (!identity) {
    if (!config.ENROLMENT_CODE) return failed('network-not-enrolled', 'network-enrol-do', { ms })
    try {
      identity = await identify(config)
    } catch (error) {
      if (!(error instanceof AppError)) throw error
      const why = errorText(error.code, lang, error.params)
      return failed('network-not-let-in', undefined, { ms, why })
    }
  }
  const seals = openSeals(config.DATA_DIR, identity.enrolment)
  const why = await shakeHands(identity, deps.position(identity), deps.clock, seals, deps.log)
  if (why !== undefined && NO_SOCKET.test(why))
    return failed('network-no-socket', 'network-no-socket-do', { ms })
  if (why !== undefined)
    return failed('network-not-let-in', 'network-not-let-in-do', {
      ms,
      why: knownWords(why, lang),
    })
  const finding = { check, mark: 'proved', says: 'network-ok', params: { server, ms } } as const
  return { finding, identity }
}
