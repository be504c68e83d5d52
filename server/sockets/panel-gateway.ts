import type { Logger } from 'pino'
import type { Namespace, Server } from 'socket.io'
import {
  type DeviceId,
  type EpochMs,
  type Grant,
  type LiveDevice,
  PANEL_NAMESPACE,
  type Rollout,
  type ServerToPanel,
} from '#protocol'
import type { Auth } from '../access/auth.ts'
import { may, scopeOf } from '../access/grants.ts'
import type { Connections } from '../http/connections.ts'
import type { Store } from '../store/store.ts'
import type { LiveDevices } from './live-devices.ts'
import type { Presence } from './presence.ts'

export type PanelGatewayDeps = {
  io: Server
  auth: Auth
  store: Store
  liveDevices: LiveDevices
  presence: Presence
  connections: Pick<Connections, 'hasSession'>
  log: Logger
  now: () => EpochMs
}

/** Changes within this time reach the panels together. */
const GATHER_MS = 250
/** A session that ended elsewhere, or a right that was taken away, is noticed within this time. */
const RECHECK_MS = 60_000

type SocketData = { userId: string; grants: Grant[] }

export type PanelGateway = ReturnType<typeof createPanelGateway>

/** Where panels are connected: they are told what changed, as far as they may see it. */
export const createPanelGateway = (deps: PanelGatewayDeps) => {
  const { io, auth, store, liveDevices, presence, connections, log, now } = deps
  const namespace: Namespace<
    Record<string, never>,
    ServerToPanel,
    Record<string, never>,
    SocketData
  > = io.of(PANEL_NAMESPACE)
  const changedDevices = new Set<DeviceId>()
  /** What changed somewhere. Nothing more is said of it: ids and counts of other areas are nobody's business. */
  const changedSomewhere = new Set<'assets' | 'plays' | 'stated'>()
  const changedProgramme = new Set<'draft' | 'publication'>()
  /** The publication whose way to the devices is followed. */
  let followed: number | undefined
  const changedReports = new Set<string>()
  let timer: NodeJS.Timeout | undefined

  const identify = async (cookie: string | undefined): Promise<SocketData | undefined> => {
    const user = await auth.userOf(new Headers(cookie ? { cookie } : {}))
    return user && { userId: user.id, grants: await store.users.grantsOf(user.id) }
  }

  const tellDevices = async () => {
    const ids = new Set(changedDevices)
    changedDevices.clear()
    if (ids.size === 0 || namespace.sockets.size === 0) return
    const changed = await liveDevices.some(ids)
    for (const socket of namespace.sockets.values()) {
      const devices = changed
        .filter(({ areaIds }) => may(socket.data.grants, 'see', areaIds, now()))
        .map(({ areaIds, ...device }): LiveDevice => device)
      if (devices.length > 0) socket.emit('live', { devices })
    }
  }

  const tellRollout = async () => {
    if (followed === undefined || namespace.sockets.size === 0) return
    const byScope = new Map<string, Rollout>()
    for (const { data } of namespace.sockets.values()) {
      const scope = scopeOf(data.grants, 'see', now())
      const name = JSON.stringify(scope)
      if (!byScope.has(name))
        byScope.set(name, await store.publications.rollout(followed, scope, presence.isOnline))
    }
    for (const socket of namespace.sockets.values()) {
      const rollout = byScope.get(JSON.stringify(scopeOf(socket.data.grants, 'see', now())))
      if (rollout && rollout.devices > 0) socket.emit('rollout', rollout)
    }
    const isThrough = [...byScope.values()].every(({ devices, applied }) => devices === applied)
    if (isThrough) followed = undefined
  }

  const tell = async () => {
    timer = undefined
    for (const what of changedProgramme) namespace.emit('programme', { what })
    changedProgramme.clear()
    const somewhere = [...changedSomewhere]
    changedSomewhere.clear()
    for (const socket of namespace.sockets.values()) {
      const { grants } = socket.data
      if (scopeOf(grants, 'see', now()).length > 0) for (const what of somewhere) socket.emit(what)
      if (changedReports.has(socket.data.userId)) socket.emit('reports')
    }
    changedReports.clear()
    await tellDevices()
    await tellRollout()
  }

  const soon = () => {
    timer ??= setTimeout(
      () => tell().catch((error) => log.error(error, 'panels were not told')),
      GATHER_MS,
    )
  }

  namespace.use(async (socket, next) => {
    try {
      const known = await identify(socket.handshake.headers.cookie)
      if (!known) return next(new Error('not-signed-in'))
      socket.data = known
      connections.hasSession(socket.request)
      return next()
    } catch (error) {
      log.error(error, 'a panel could not be let in')
      return next(new Error('internal'))
    }
  })

  /** Ends connections whose session has ended, and brings the rights of the others up to date. */
  const recheck = async (userId?: string) => {
    for (const socket of namespace.sockets.values()) {
      if (userId !== undefined && socket.data.userId !== userId) continue
      const known = await identify(socket.handshake.headers.cookie).catch(() => undefined)
      if (known) socket.data = known
      else socket.disconnect(true)
    }
  }
  const rechecking = setInterval(() => recheck(), RECHECK_MS)

  return {
    deviceChanged(deviceId: DeviceId) {
      changedDevices.add(deviceId)
      soon()
    },
    draftChanged() {
      changedProgramme.add('draft')
      soon()
    },
    published(number: number) {
      changedProgramme.add('publication')
      followed = number
      soon()
    },
    assetChanged() {
      changedSomewhere.add('assets')
      soon()
    },
    playsStored() {
      changedSomewhere.add('plays')
      soon()
    },
    reportChanged(userId: string) {
      changedReports.add(userId)
      soon()
    },
    daysStated() {
      changedSomewhere.add('stated')
      soon()
    },
    recheck,
    close() {
      clearInterval(rechecking)
      clearTimeout(timer)
    },
  }
}
