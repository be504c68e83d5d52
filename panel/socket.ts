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
import { queries } from './server.ts'
import { programmeChanged } from './ui/use-programme.ts'

const socket: Socket<ServerToPanel> = io(PANEL_NAMESPACE, {
  autoConnect: false,
  transports: ['websocket'],
  reconnectionDelay: 500,
  reconnectionDelayMax: 5_000,
})

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

/** Keeps the panel told of what changes, while it is mounted. @returns whether it is */
export const useLiveUpdates = (): boolean => {
  const [isConnected, setConnected] = useState(true)
  useEffect(() => {
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
  }, [])
  return isConnected
}
