import { randomBytes, randomUUID } from 'node:crypto'
import type { Logger } from 'pino'
import { io, type Socket } from 'socket.io-client'
import {
  Challenge,
  CLOCK_TYPE,
  ClockAnswer,
  Command,
  type CommandAnswer,
  createReceiver,
  Desired,
  type DeviceStatus,
  HELLO_TYPE,
  type ManifestRefusal,
  OLDEST_PROTOCOL_VERSION,
  PLAYER_NAMESPACE,
  type PlayerToServer,
  PROTOCOL_VERSION,
  RecordAck,
  type RecordBatch,
  type Revision,
  SealedClock,
  SealedWelcome,
  WELCOME_TYPE,
  Welcome,
} from '#protocol'
import type { Identity } from '../identity/identity.ts'
import { contained } from '../supervise/contained.ts'
import type { Clock } from '../time/clock.ts'
import { monotonicMs } from '../time/monotonic.ts'
import type { Seals } from '../trust/seals.ts'
import { reconnectDelay, STABLE_MS } from './backoff.ts'
import { boundedSocket } from './bounded-socket.ts'
import { askSealedTime } from './sealed-time.ts'
import { tlsTrouble } from './tls-trouble.ts'

/** What the server sends is anything until a schema says otherwise. */
type LinkSocket = Socket<Record<string, (...args: unknown[]) => void>, PlayerToServer>

export type LinkDeps = {
  identity: Identity
  software: string
  clock: Clock
  seals: Seals
  log: Logger
  /** What to say of ourselves on connecting. */
  hello: () => { appliedRevision: Revision | null; epoch: number; keysVersion: number }
  /** The server let us in, and holds this much of the journal; undefined where it did not prove it. */
  onWelcome: (journal: SealedWelcome['journal'] | undefined) => void
  /** What is said in the server's name does not carry the signature of its ledger. */
  onDistrust?: (what: 'welcome' | 'time') => void
  onDesired: (desired: Desired) => unknown
  /** What should be held was said in a way that no schema knows. */
  onUnreadable?: () => void
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
const NONCE_BYTES = 16
/** From this version of the protocol on a server seals what it says. */
const SEALING_VERSION = 2
/** So many agree before a clock goes by them. */
const SAMPLES_WITHOUT_CONNECTION = 3

/** Another one at every start of this process: a copy of this device's disk has another one. */
const INSTANCE = randomUUID()

/** The one connection that a device makes: outwards, to the server it enrolled with. */
export const createServerLink = (deps: LinkDeps) => {
  const { identity, clock, seals, log } = deps
  const url = new URL(PLAYER_NAMESPACE, identity.server).href
  let socket: LinkSocket | undefined
  let isWelcome = false
  /** The version of the protocol in which the server is spoken to. */
  let spoken = PROTOCOL_VERSION
  let failures = 0
  let retry: NodeJS.Timeout | undefined
  let isClosed = false

  const exchangeClock = async (connection: LinkSocket): Promise<void> => {
    const nonce = randomBytes(NONCE_BYTES).toString('base64')
    const sentAt = monotonicMs()
    // Version 1 drops a question that says anything.
    const said = spoken < SEALING_VERSION ? [] : [{ nonce }]
    const answer: unknown = await connection
      .timeout(ANSWER_TIMEOUT_MS)
      .emitWithAck('clock', ...(said as [{ nonce: string }]))
    const receivedAt = monotonicMs()
    const told = ClockAnswer.safeParse(answer).data
    if (!told) return
    const { seal } = told
    const sealed = seal && seals.open(CLOCK_TYPE, seal, SealedClock)
    const isProved = sealed?.nonce === nonce
    if (!isProved && seals.isRequired()) return deps.onDistrust?.('time')
    const { receivedAt: serverReceivedAt, sentAt: serverSentAt } = isProved ? sealed : told
    clock.addSample({ sentAt, receivedAt, serverReceivedAt, serverSentAt })
  }

  const keepTime = async (connection: LinkSocket): Promise<void> => {
    for (let count = 0; connection.connected; count++) {
      await exchangeClock(connection).catch(() => undefined)
      const gap = count < CLOCK_EXCHANGES_AT_START ? CLOCK_START_GAP_MS : CLOCK_GAP_MS
      await new Promise((resolve) => setTimeout(resolve, gap))
    }
  }

  /** No certificate is valid by this machine's clock: the time can be had all the same. */
  const askTime = contained(log, 'the time could not be asked for', async () => {
    for (let count = 0; count < SAMPLES_WITHOUT_CONNECTION; count++) {
      const sample = await askSealedTime(identity.server, seals)
      if (sample) clock.addSample(sample)
      else return deps.onDistrust?.('time')
    }
  })

  /** What the server holds of the journal, as far as it proves that it said so, and to us, and now. */
  const provedJournal = ({ seal, journal }: Extract<Welcome, { ok: true }>, nonce: string) => {
    const sealed = seal && seals.open(WELCOME_TYPE, seal, SealedWelcome)
    if (sealed?.nonce === nonce && sealed.deviceId === identity.enrolment.deviceId)
      return sealed.journal
    if (!seals.isRequired()) return journal
    log.error('the welcome is not signed by the key of the server’s ledger: it is not believed')
    deps.onDistrust?.('welcome')
    return undefined
  }

  /** @param answer undefined where there was none in time */
  const welcomed = (connection: LinkSocket, nonce: string, answer: unknown) => {
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
    return deps.onWelcome(provedJournal(welcome, nonce))
  }

  const introduce = (connection: LinkSocket, { nonce, v }: Challenge): void => {
    const { deviceId } = identity.enrolment
    const signature = identity.device.sign(HELLO_TYPE, Buffer.from(nonce, 'base64'))
    // A server that knows no newer one than the one before is spoken to in that.
    spoken = Math.max(OLDEST_PROTOCOL_VERSION, Math.min(PROTOCOL_VERSION, v))
    const hello = {
      v: spoken,
      deviceId,
      signature,
      instance: INSTANCE,
      software: deps.software,
      ...deps.hello(),
    }
    // A callback, and no promise: what follows the welcome on the wire must find it taken.
    const answered = contained(
      log,
      'a fault in the program, at the welcome',
      (_error: Error, answer?: unknown) => welcomed(connection, nonce, answer),
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
      const trouble = tlsTrouble(error)
      if (trouble) log.error({ trouble, err: error }, 'the certificate of the server is not taken')
      else log.debug(error, 'no connection')
      if (trouble === 'clock') askTime()
      deps.onRefused?.(error.message)
      drop(connection)
    })
    connection.on('disconnect', () => drop(connection))

    const receiver = createReceiver(connection, {
      onMalformed(event, why) {
        log.warn(
          { event, why: why.slice(0, MOST_SAID) },
          'the server sent what is no message of the protocol; dropped',
        )
        if (event === 'desired' && isWelcome) deps.onUnreadable?.()
      },
      onFailed(event, err) {
        log.error({ event, err }, 'a fault in the program, while a message was handled')
        if (!isWelcome) drop(connection)
      },
    })
    receiver.take('challenge', Challenge, (challenge) => {
      if (isIntroduced) return undefined
      isIntroduced = true
      return introduce(connection, challenge)
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
