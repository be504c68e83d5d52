import { useEffect, useState } from 'react'
import type { Socket } from 'socket.io-client'
import { io } from 'socket.io-client'
import {
  type LiveDevice,
  LiveUpdate,
  PANEL_NAMESPACE,
  Rollout,
  type ServerToPanel,
} from '#protocol'
import { noteNotSignedIn, queries } from './server.ts'
import { programmeChanged } from './ui/use-programme.ts'

const socket: Socket<ServerToPanel> = io(PANEL_NAMESPACE, {
  autoConnect: false,
  transports: ['websocket'],
  reconnectionDelay: 500,
  reconnectionDelayMax: 5_000,
})

const REFUSED_RETRY_MS = 5_000

const mergeDevices = (known: LiveDevice[] | undefined, changed: readonly LiveDevice[]) => {
  if (!known) return known
  const fresh = new Map(changed.map((live) => [live.device.id, live]))
  const merged = known.map((live) => fresh.get(live.device.id) ?? live)
  const ids = new Set(known.map((live) => live.device.id))
  return [...merged, ...changed.filter((live) => !ids.has(live.device.id))]
}

socket.on('live', (message) => {
  const update = LiveUpdate.safeParse(message)
  if (!update.success) return
  queries.setQueryData<LiveDevice[]>(['devices'], (known) =>
    mergeDevices(known, update.data.devices),
  )
})
socket.on('assets', () => void queries.invalidateQueries({ queryKey: ['assets'] }))
socket.on('plays', () => void queries.invalidateQueries({ queryKey: ['plays'] }))
socket.on('programme', () => void programmeChanged())
socket.on('rollout', (message) => {
  const rollout = Rollout.safeParse(message)
  if (rollout.success) queries.setQueryData(['rollout', rollout.data.number], rollout.data)
})
socket.on('stated', () => {
  for (const key of ['coverage', 'missing', 'alerts']) {
    void queries.invalidateQueries({ queryKey: [key] })
  }
})
socket.on('reports', () => void queries.invalidateQueries({ queryKey: ['reports'] }))
// What changed while we were away was told to nobody.
socket.on('connect', () => void queries.invalidateQueries())

// What the server ends is not opened again by itself, be it a restart or the end of a session.
socket.on('disconnect', (reason) => {
  if (reason === 'io server disconnect') socket.connect()
})
socket.on('connect_error', ({ message }) => {
  // Still trying by itself: the server was not reached.
  if (socket.active) return
  if (message === 'not-signed-in') noteNotSignedIn()
  else setTimeout(() => socket.connect(), REFUSED_RETRY_MS)
})

/**
 * Keeps the panel told of what changes, while it is mounted and somebody is signed in: the server refuses
 * others, and is asked again as soon as there is a session. @returns whether it is connected
 */
export const useLiveUpdates = (isSignedIn: boolean): boolean => {
  const [isConnected, setConnected] = useState(true)
  useEffect(() => {
    if (!isSignedIn) return
    const up = () => setConnected(true)
    const down = () => setConnected(false)
    socket.on('connect', up)
    socket.on('disconnect', down)
    socket.on('connect_error', down)
    socket.connect()
    return () => {
      socket.off('connect', up)
      socket.off('disconnect', down)
      socket.off('connect_error', down)
      socket.disconnect()
    }
  }, [isSignedIn])
  return isConnected
}
