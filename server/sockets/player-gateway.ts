import { randomBytes } from 'node:crypto'
import type { Logger } from 'pino'
import type { Namespace, Server, Socket } from 'socket.io'
import { z } from 'zod'
import {
  AppError,
  Applied,
  CLOCK_TYPE,
  ClockRequest,
  type Command,
  CommandAnswer,
  createReceiver,
  type DeviceId,
  type Difference,
  type Envelope,
  type EpochMs,
  Hello,
  OLDEST_PROTOCOL_VERSION,
  PLAYER_NAMESPACE,
  type PlayerToServer,
  PROTOCOL_VERSION,
  type RecordAck,
  RecordBatch,
  Refused,
  type ServerToPlayer,
  ToldStatus,
  WELCOME_TYPE,
  type Welcome,
} from '#protocol'
import type { Ledger } from '../evidence/ledger.ts'
import type { LedgerKey } from '../evidence/ledger-key.ts'
import type { Connections } from '../http/connections.ts'
import type { FreshManifest } from '../publish/publisher.ts'
import type { SigningKey } from '../publish/signing-key.ts'
import { MOST_AHEAD } from '../store/device-alerts.ts'
import type { DeviceKeys } from '../store/devices.ts'
import { envelopeOf, type StoredManifest } from '../store/manifests.ts'
import type { Store } from '../store/store.ts'
import { createAdmission } from './admission.ts'
import { createDeviceNotes } from './device-notes.ts'
import { provesDevice } from './device-proof.ts'
import { createHelloLimit } from './hello-limit.ts'
import { preciseTime } from './precise-time.ts'
import type { Presence } from './presence.ts'
import { createTwins } from './twins.ts'

type PlayerSocket = Socket<PlayerToServer, ServerToPlayer>
type Connected = { socket: PlayerSocket; keysVersion: number }
type Told = { manifest: Envelope } | { difference: Difference }

export type PlayerGatewayDeps = {
  io: Server
  store: Store
  ledger: Ledger
  presence: Presence
  connections: Pick<Connections, 'isDevice'>
  log: Logger
  now: () => EpochMs
  key: Pick<SigningKey, 'statementsAfter'>
  ledgerKey: Pick<LedgerKey, 'seal'>
  /** Told when a device holds a manifest that this server has not made: it was restored. */
  onAhead: (deviceId: DeviceId, held: number) => Promise<unknown>
}

const HELLOS_PER_SECOND = 200
/** Of one address, looked at before anybody knows whose they are; a proxy brings all devices. */
const LOOKS_PER_SECOND = 400
/** Two machines that take turns do so every few seconds: they are written down this often. */
const TWIN_NOTED_EVERY_MS = 20_000
const COMMAND_TIMEOUT_MS = 15_000
/** Of a message that says nothing beyond its name. */
const Nothing = z.undefined()

export type PlayerGateway = ReturnType<typeof createPlayerGateway>

/** Where devices are connected: who they are is proved first, then state goes down and evidence up. */
export const createPlayerGateway = (deps: PlayerGatewayDeps) => {
  const { io, store, ledger, presence, connections, log, now, key, ledgerKey, onAhead } = deps
  const namespace: Namespace<PlayerToServer, ServerToPlayer> = io.of(PLAYER_NAMESPACE)
  const sockets = new Map<DeviceId, Connected>()
  /** What connected devices said that they hold. */
  const heldBy = new Map<DeviceId, number>()
  const admission = createAdmission(HELLOS_PER_SECOND, now)
  const looks = createHelloLimit(LOOKS_PER_SECOND, now, Math.random)
  const twins = createTwins()
  const twinsNotedAt = new Map<DeviceId, EpochMs>()
  const notes = createDeviceNotes(store.devices, log, (ids) => {
    for (const id of ids) presence.changed(id)
  })

  const push = (deviceId: DeviceId, revision: number, told: Told) => {
    const connected = sockets.get(deviceId)
    if (!connected) return
    // What it does not know of the chain of keys comes along: it may have been away for years.
    const keys = key.statementsAfter(connected.keysVersion)
    connected.socket.emit('desired', { revision, keys, ...told })
  }

  const pushWhole = ({ deviceId, revision, envelope }: StoredManifest) =>
    push(deviceId, revision, { manifest: envelope })

  const welcome = async (
    hello: Hello,
    nonce: string,
    address: string,
  ): Promise<Welcome & { keys?: DeviceKeys }> => {
    const no = (code: string, retryAfterMs: number | null = null) => ({
      ...{ ok: false as const, code, retryAfterMs },
    })
    if (hello.v < OLDEST_PROTOCOL_VERSION || hello.v > PROTOCOL_VERSION)
      return no('protocol-mismatch')
    const lookMs = looks.look(address)
    if (lookMs > 0) return no('busy', lookMs)
    const keys = await store.devices.keys(hello.deviceId)
    if (!keys) return no('device-unknown')
    if (!provesDevice(keys.deviceKey, nonce, hello.signature)) return no('signature-wrong')
    // Only who has proved itself takes a place in the queue.
    const waitMs = admission.admit()
    if (waitMs > 0) return no('busy', waitMs)
    const { deviceId, epoch } = hello
    const said = { serverTime: now(), journal: await store.journal.head(deviceId, epoch) }
    const seal = ledgerKey.seal(WELCOME_TYPE, { deviceId, nonce, ...said })
    return { ok: true, ...said, seal, keys }
  }

  /** A receiver of what a connection sends; each kind of malformed message is logged once for it. */
  const receiverOf = (socket: PlayerSocket, about: object) => {
    const malformed = new Set<string>()
    return createReceiver(socket as never, {
      onMalformed(event, why) {
        if (!malformed.has(event))
          log.warn({ ...about, event, why }, 'a malformed message was dropped')
        malformed.add(event)
      },
      onFailed: (event, error) =>
        log.error({ ...about, event, err: error }, 'a fault in the program, met by a message'),
    })
  }

  /** Registers what a device may say once it has proved who it is. */
  const serve = (socket: PlayerSocket, deviceId: DeviceId, keys: DeviceKeys) => {
    const deviceLog = log.child({ deviceId })
    const receiver = receiverOf(socket, { deviceId })

    receiver.take('applied', Applied, ({ revision }) => {
      heldBy.set(deviceId, revision)
      notes.applied(deviceId, revision)
    })

    let refusedRevision: number | null | undefined
    receiver.take('refused', Refused, (refused) => {
      if (refused.revision === refusedRevision) return
      refusedRevision = refused.revision
      deviceLog.warn(refused, 'the device refused a manifest')
    })

    // A connection gets a revision whole once: one that asks for more has lost nothing.
    let wholeRevision = 0
    let isBeingRead = false
    receiver.take('whole', Nothing, async () => {
      if (isBeingRead) return
      isBeingRead = true
      try {
        const manifest = await store.manifests.get(deviceId)
        if (!manifest || manifest.revision <= wholeRevision) return
        deviceLog.warn('a difference did not fit; the manifest is sent whole')
        wholeRevision = manifest.revision
        heldBy.delete(deviceId)
        pushWhole(manifest)
      } finally {
        isBeingRead = false
      }
    })

    receiver.take('status', ToldStatus, (status) => presence.said(deviceId, status))

    receiver.answer(
      'records',
      RecordBatch,
      (batch): Promise<RecordAck | { code: string }> =>
        ledger.receive(deviceId, keys.journalKey, batch),
      (code) => ({ code }),
    )

    socket.on('disconnect', () => {
      if (sockets.get(deviceId)?.socket !== socket) return
      sockets.delete(deviceId)
      heldBy.delete(deviceId)
      presence.wentOffline(deviceId, now())
      deviceLog.info('device disconnected')
      notes.seen(deviceId, now())
    })
  }

  /** Two machines take turns with one identity: written down, for the alert. */
  const noteTwins = async (deviceId: DeviceId): Promise<void> => {
    const at = now()
    if (at - (twinsNotedAt.get(deviceId) ?? 0) < TWIN_NOTED_EVERY_MS) return
    twinsNotedAt.set(deviceId, at)
    log.error({ deviceId }, 'two machines use the identity of one device')
    await store.deviceTwins.note(deviceId, at)
  }

  /** Takes a device in that has proved who it is, and states what it should hold. */
  const letIn = async (socket: PlayerSocket, hello: Hello, keys: DeviceKeys): Promise<void> => {
    const { deviceId } = hello
    if (!socket.connected) return
    sockets.get(deviceId)?.socket.disconnect(true)
    sockets.set(deviceId, { socket, keysVersion: hello.keysVersion })
    connections.isDevice(socket.request)
    serve(socket, deviceId, keys)
    presence.cameOnline(deviceId, now(), hello.v < PROTOCOL_VERSION, hello.software)
    if (twins.cameIn(deviceId, hello.instance)) await noteTwins(deviceId)
    log.info({ deviceId, software: hello.software }, 'device connected')
    notes.seen(deviceId, now())
    notes.applied(deviceId, hello.appliedRevision)
    const held = hello.appliedRevision ?? 0
    heldBy.set(deviceId, held)
    const manifest = await store.manifests.get(deviceId)
    const last = manifest?.revision ?? 0
    if (held - last > MOST_AHEAD)
      log.error({ deviceId, held, last }, 'a device says that it holds what nobody can have issued')
    else if (last < held) await onAhead(deviceId, held)
    else if (manifest && manifest.revision > held) pushWhole(manifest)
  }

  namespace.on('connection', (socket: PlayerSocket) => {
    const nonce = randomBytes(32).toString('base64')
    const receiver = receiverOf(socket, { address: socket.handshake.address })
    let hasSaidHello = false
    let isProved = false

    // The four-timestamp exchange: nothing may stand between the two instants but the answer. Signing
    // is work: it is done for devices only.
    receiver.answer('clock', ClockRequest, (request) => {
      const receivedAt = preciseTime()
      const said = { receivedAt, sentAt: preciseTime() }
      if (!isProved || !request) return said
      return { ...said, seal: ledgerKey.seal(CLOCK_TYPE, { ...said, nonce: request.nonce }) }
    })

    receiver.answer('hello', Hello, async (hello) => {
      if (hasSaidHello) throw new AppError('bad-input')
      hasSaidHello = true
      const { keys, ...said } = await welcome(hello, nonce, socket.handshake.address)
      const { deviceId } = hello
      isProved = said.ok
      // The answer goes out first: the device counts on it when it hears more.
      setImmediate(() => {
        if (said.ok && keys)
          letIn(socket, hello, keys).catch((error) =>
            log.error({ deviceId, err: error }, 'a device could not be served'),
          )
        else {
          log.warn({ deviceId, ...said }, 'a device was not let in')
          socket.disconnect(true)
        }
      })
      return said
    })

    socket.emit('challenge', { nonce, v: PROTOCOL_VERSION })
  })

  return {
    /** States the desired revision to those devices that are connected; the others ask when they come. */
    push: (manifests: readonly FreshManifest[]) => {
      for (const manifest of manifests) {
        const { deviceId, revision, difference } = manifest
        if (!sockets.has(deviceId)) continue
        const isFitting = difference && heldBy.get(deviceId) === difference.base
        push(deviceId, revision, isFitting ? { difference } : { manifest: envelopeOf(manifest) })
      }
    },

    /** Ends a device's connection: it is not what it was any more. */
    drop: (deviceId: DeviceId) => void sockets.get(deviceId)?.socket.disconnect(true),

    /** Whether a device is connected and said that it holds this revision. */
    holds: (deviceId: DeviceId, revision: number) => heldBy.get(deviceId) === revision,

    isOnline: presence.isOnline,

    /** Writes down what is still held back. */
    close: () => notes.close(),

    /** @throws AppError device-offline, device-silent */
    async command(deviceId: DeviceId, command: Command): Promise<CommandAnswer> {
      const socket = sockets.get(deviceId)?.socket
      if (!socket) throw new AppError('device-offline')
      try {
        const answer = await socket.timeout(COMMAND_TIMEOUT_MS).emitWithAck('command', command)
        return CommandAnswer.parse(answer)
      } catch (cause) {
        throw new AppError('device-silent', { seconds: COMMAND_TIMEOUT_MS / 1000 }, { cause })
      }
    },
  }
}
