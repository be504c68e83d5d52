import type { DeviceId, DeviceStatus, EpochMs } from '#protocol'

/** What a player said of its program when it connected. */
type Program = {
  /** It speaks the version of the protocol before this server's. */
  isOlder: boolean
  software: string | null
}
type Connected = Program & { online: true; since: EpochMs; status: DeviceStatus | null }
type Gone = Program & { online: false; since: EpochMs; status: DeviceStatus | null }

/** Who is connected to this process, and what they last said. Told apart from what the database keeps. */
export const createPresence = (onChange: (deviceId: DeviceId) => void) => {
  const devices = new Map<DeviceId, Connected | Gone>()
  return {
    get: (deviceId: DeviceId) => devices.get(deviceId),

    isOnline: (deviceId: string) => devices.get(deviceId as DeviceId)?.online ?? false,

    cameOnline(deviceId: DeviceId, at: EpochMs, isOlder: boolean, software: string) {
      devices.set(deviceId, { online: true, since: at, status: null, isOlder, software })
      onChange(deviceId)
    },

    said(deviceId: DeviceId, status: DeviceStatus) {
      const known = devices.get(deviceId)
      if (!known?.online) return
      known.status = status
      onChange(deviceId)
    },

    wentOffline(deviceId: DeviceId, at: EpochMs) {
      // What a device said before it went is no longer true of it.
      const { isOlder = false, software = null } = devices.get(deviceId) ?? {}
      devices.set(deviceId, { online: false, since: at, status: null, isOlder, software })
      onChange(deviceId)
    },

    changed: onChange,

    online: (): DeviceId[] => [...devices].filter(([, state]) => state.online).map(([id]) => id),
  }
}

export type Presence = ReturnType<typeof createPresence>
