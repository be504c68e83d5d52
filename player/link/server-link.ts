import type { Logger } from 'pino'
import { io, type Socket } from 'socket.io-client'
import {
  Challenge,
  ClockAnswer,
  Command,
  type CommandAnswer,
  Desired,
  type DeviceStatus,
  HELLO_TYPE,
  type ManifestRefusal,
  PLAYER_NAMESPACE,
  type PlayerToServer,
  PROTOCOL_VERSION,
  RecordAck,
  type RecordBatch,
  type Revision,
  type ServerToPlayer,
  Welcome,
} from '#protocol'
import type { Identity } from '../identity/identity.ts'
import type { Clock } from '../time/clock.ts'
import { monotonicMs } from '../time/monotonic.ts'
import { reconnectDelay, STABLE_MS } from './backoff.ts'

type LinkSocket = Socket<ServerToPlayer, PlayerToServer>

export type LinkDeps = {
  identity: Identity
  software: string
  clock: Clock
  log: Logger
  /** What to say of ourselves on connecting. */
  hello: () => { appliedRevision: Revision | null; epoch: number; keysVersion: number }
  /** The server let us in, and holds this much of the journal. */
  onWelcome: (journal: Extract<Welcome, { ok: true }>['journal']) => void
  onDesired: (desired: Desired) => void
  onCommand: (command: Command) => Promise<CommandAnswer>
  /** There is no connection: the code by which the server refused us, or what the network said. */
  onRefused?: (why: string) => void
}

const ANSWER_TIMEOUT_MS = 15_000
/** Quick at first, to agree on the time; then now and then, to keep agreeing. */
const CLOCK_EXCHANGES_AT_START = 8
const CLOCK_START_GAP_MS = 100
const CLOCK_GAP_MS = 20_000

/** The one connection that a device makes: outwards, to the server it enrolled with. */
export const createServerLink = (deps: LinkDeps) => {
  const { identity, clock, log } = deps
  const url = new URL(PLAYER_NAMESPACE, identity.server).href
  let socket: LinkSocket | undefined
  let isWelcome = false
  let failures = 0
  let retry: NodeJS.Timeout | undefined
  let isClosed = false

  const exchangeClock = async (connection: LinkSocket): Promise<void> => {
    const sentAt = monotonicMs()
    const answer = await connection.timeout(ANSWER_TIMEOUT_MS).emitWithAck('clock')
    const receivedAt = monotonicMs()
    const said = ClockAnswer.safeParse(answer)
    if (!said.success) return
    const { receivedAt: serverReceivedAt, sentAt: serverSentAt } = said.data
    clock.addSample({ sentAt, receivedAt, serverReceivedAt, serverSentAt })
  }

  const keepTime = async (connection: LinkSocket): Promise<void> => {
    for (let count = 0; connection.connected; count++) {
      await exchangeClock(connection).catch(() => undefined)
      const gap = count < CLOCK_EXCHANGES_AT_START ? CLOCK_START_GAP_MS : CLOCK_GAP_MS
      await new Promise((resolve) => setTimeout(resolve, gap))
    }
  }

  const introduce = async (connection: LinkSocket, nonce: string): Promise<void> => {
    const { deviceId } = identity.enrolment
    const signature = identity.device.sign(HELLO_TYPE, Buffer.from(nonce, 'base64'))
    const hello = {
      v: PROTOCOL_VERSION,
      deviceId,
      signature,
      software: deps.software,
      ...deps.hello(),
    }
    const welcome = Welcome.parse(
      await connection.timeout(ANSWER_TIMEOUT_MS).emitWithAck('hello', hello),
    )
    if (!welcome.ok) {
      log.warn(welcome, 'the server did not let us in')
      deps.onRefused?.(welcome.code)
      drop(connection, welcome.retryAfterMs ?? undefined)
      return
    }
    isWelcome = true
    setTimeout(() => {
      if (connection.connected) failures = 0
    }, STABLE_MS).unref()
    log.info({ server: identity.server }, 'connected')
    void keepTime(connection)
    deps.onWelcome(welcome.journal)
  }

  const drop = (connection: LinkSocket, afterMs?: number) => {
    if (socket !== connection) return
    socket = undefined
    isWelcome = false
    connection.removeAllListeners()
    connection.disconnect()
    if (isClosed) return
    const delayMs = afterMs ?? reconnectDelay(failures++, Math.random())
    log.info({ delayMs }, 'disconnected; trying again later')
    retry = setTimeout(connect, delayMs)
  }

  const connect = () => {
    const connection: LinkSocket = io(url, {
      transports: ['websocket'],
      reconnection: false,
      forceNew: true,
      timeout: ANSWER_TIMEOUT_MS,
    })
    socket = connection
    connection.on('connect_error', (error) => {
      log.debug(error, 'no connection')
      deps.onRefused?.(error.message)
      drop(connection)
    })
    connection.on('disconnect', () => drop(connection))
    connection.on('challenge', (message) => {
      const challenge = Challenge.safeParse(message)
      if (!challenge.success) return drop(connection)
      introduce(connection, challenge.data.nonce).catch((error) => {
        log.warn(error, 'the server did not answer')
        drop(connection)
      })
    })
    connection.on('desired', (message) => {
      const desired = Desired.safeParse(message)
      if (desired.success) deps.onDesired(desired.data)
    })
    connection.on('command', (message, answer) => {
      const command = Command.safeParse(message)
      if (!command.success) return answer({ ok: false, code: 'bad-input' })
      deps
        .onCommand(command.data)
        .then(answer)
        .catch((error) => {
          log.error(error, 'a command failed')
          answer({ ok: false, code: 'internal' })
        })
    })
  }

  return {
    connect,
    isUp: () => isWelcome,

    sayApplied(revision: Revision, at: number) {
      if (isWelcome) socket?.emit('applied', { revision, at: Math.round(at) })
    },
    sayRefused(refusal: ManifestRefusal, revision: Revision | null) {
      if (isWelcome) socket?.emit('refused', { refusal, revision })
    },
    /** A difference did not fit: asks for the manifest as it is. */
    askWhole() {
      if (isWelcome) socket?.emit('whole')
    },
    sayStatus(status: DeviceStatus) {
      if (isWelcome) socket?.emit('status', status)
    },

    /** Sends records. @returns what the server holds now, or undefined where it did not say so */
    async sendRecords(batch: RecordBatch): Promise<RecordAck | undefined> {
      if (!socket || !isWelcome) return undefined
      const answer: unknown = await socket
        .timeout(ANSWER_TIMEOUT_MS)
        .emitWithAck('records', batch)
        .catch(() => undefined)
      const ack = RecordAck.safeParse(answer)
      if (!ack.success) log.warn({ answer }, 'records were not acknowledged')
      return ack.data
    },

    /** Gives up a connection that stands and makes a new one. */
    reconnect() {
      if (socket && isWelcome) drop(socket)
    },

    close() {
      isClosed = true
      clearTimeout(retry)
      if (socket) drop(socket)
    },
  }
}
