import type { Logger } from 'pino'
import { io, type Socket } from 'socket.io-client'
import {
  Challenge,
  ClockAnswer,
  Command,
  type CommandAnswer,
  createReceiver,
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
  Welcome,
} from '#protocol'
import type { Identity } from '../identity/identity.ts'
import { contained } from '../supervise/contained.ts'
import type { Clock } from '../time/clock.ts'
import { monotonicMs } from '../time/monotonic.ts'
import { reconnectDelay, STABLE_MS } from './backoff.ts'
import { boundedSocket } from './bounded-socket.ts'

/** What the server sends is anything until a schema says otherwise. */
type LinkSocket = Socket<Record<string, (...args: unknown[]) => void>, PlayerToServer>

export type LinkDeps = {
  identity: Identity
  software: string
  clock: Clock
  log: Logger
  /** What to say of ourselves on connecting. */
  hello: () => { appliedRevision: Revision | null; epoch: number; keysVersion: number }
  /** The server let us in, and holds this much of the journal. */
  onWelcome: (journal: Extract<Welcome, { ok: true }>['journal']) => void
  onDesired: (desired: Desired) => unknown
  onCommand: (command: Command) => Promise<CommandAnswer>
  /** There is no connection: the code by which the server refused us, or what the network said. */
  onRefused?: (why: string) => void
}

const ANSWER_TIMEOUT_MS = 15_000
/** From the first packet to the welcome: a server that says nothing is left again. */
const WELCOME_TIMEOUT_MS = 3 * ANSWER_TIMEOUT_MS
/** A server that is busy says for how long: within these bounds it is believed. */
const SHORTEST_WAIT_MS = 250
const LONGEST_WAIT_MS = 30 * 60_000
/** Of what was wrong with a message, so much is logged. */
const MOST_SAID = 500
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

  /** @param answer undefined where there was none in time */
  const welcomed = (connection: LinkSocket, answer: unknown) => {
    if (socket !== connection) return undefined
    const { data: welcome, error } = Welcome.safeParse(answer)
    if (!welcome) {
      const why = answer === undefined ? 'no answer' : error?.message.slice(0, MOST_SAID)
      log.warn({ why }, 'the server did not answer the hello')
      return drop(connection)
    }
    if (!welcome.ok) {
      log.warn(welcome, 'the server did not let us in')
      deps.onRefused?.(welcome.code)
      return drop(connection, welcome.retryAfterMs ?? undefined)
    }
    isWelcome = true
    setTimeout(() => {
      if (connection.connected) failures = 0
    }, STABLE_MS).unref()
    log.info({ server: identity.server }, 'connected')
    contained(log, 'the time could not be agreed on', keepTime)(connection)
    return deps.onWelcome(welcome.journal)
  }

  const introduce = (connection: LinkSocket, nonce: string): void => {
    const { deviceId } = identity.enrolment
    const signature = identity.device.sign(HELLO_TYPE, Buffer.from(nonce, 'base64'))
    const hello = {
      v: PROTOCOL_VERSION,
      deviceId,
      signature,
      software: deps.software,
      ...deps.hello(),
    }
    // A callback, and no promise: what follows the welcome on the wire must find it taken.
    const answered = contained(
      log,
      'a fault in the program, at the welcome',
      (_error: Error, answer?: unknown) => welcomed(connection, answer),
    )
    connection.timeout(ANSWER_TIMEOUT_MS).emit('hello', hello, answered)
  }

  const drop = (connection: LinkSocket, afterMs?: number) => {
    if (socket !== connection) return
    socket = undefined
    isWelcome = false
    connection.removeAllListeners()
    connection.disconnect()
    if (isClosed) return
    const delayMs =
      afterMs === undefined
        ? reconnectDelay(failures++, Math.random())
        : Math.max(SHORTEST_WAIT_MS, Math.min(LONGEST_WAIT_MS, afterMs))
    log.info({ delayMs }, 'disconnected; trying again later')
    retry = setTimeout(contained(log, 'no connection could be made', connect), delayMs)
  }

  const connect = () => {
    const connection: LinkSocket = io(url, {
      ...boundedSocket(() => isWelcome && socket === connection),
      reconnection: false,
      forceNew: true,
      timeout: ANSWER_TIMEOUT_MS,
    })
    socket = connection
    let isIntroduced = false
    setTimeout(() => {
      if (!isWelcome) drop(connection)
    }, WELCOME_TIMEOUT_MS).unref()
    connection.on('connect_error', (error) => {
      log.debug(error, 'no connection')
      deps.onRefused?.(error.message)
      drop(connection)
    })
    connection.on('disconnect', () => drop(connection))

    const receiver = createReceiver(connection, {
      onMalformed: (event, why) =>
        log.warn(
          { event, why: why.slice(0, MOST_SAID) },
          'the server sent what is no message of the protocol; dropped',
        ),
      onFailed(event, err) {
        log.error({ event, err }, 'a fault in the program, while a message was handled')
        if (!isWelcome) drop(connection)
      },
    })
    receiver.take('challenge', Challenge, ({ nonce }) => {
      if (isIntroduced) return undefined
      isIntroduced = true
      return introduce(connection, nonce)
    })
    receiver.take('desired', Desired, (desired) => isWelcome && deps.onDesired(desired))
    receiver.answer('command', Command, deps.onCommand, (code) => ({ ok: false, code }))
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
      if (!ack.success)
        log.warn({ why: ack.error.message.slice(0, MOST_SAID) }, 'records were not acknowledged')
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
