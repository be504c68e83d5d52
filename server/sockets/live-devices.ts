import type { DeviceId, LiveDevice } from '#protocol'
import type { PlacedDevice } from '../store/devices.ts'
import type { Store } from '../store/store.ts'
import type { Presence } from './presence.ts'

export type PlacedLiveDevice = LiveDevice & { areaIds: readonly string[] }

/** Devices with what is known of them this instant: rows from the database, presence from memory. */
export const createLiveDevices = (store: Store, presence: Presence) => {
  const join = async (devices: readonly PlacedDevice[]): Promise<PlacedLiveDevice[]> => {
    const screenshots = await store.devices.screenshots()
    return devices.map((placed) => {
      const { areaCode, areaIds, ...device } = placed
      const state = presence.get(device.id)
      return {
        device,
        online: state?.online ?? false,
        since: state?.since ?? device.lastSeenAt,
        status: state?.status ?? null,
        needsUpdate: state?.isOlder ?? false,
        software: state?.software ?? null,
        screenshot: screenshots.get(device.id) ?? null,
        areaIds,
      }
    })
  }
  return {
    list: async () => join(await store.devices.list()),
    some: async (ids: ReadonlySet<DeviceId>) =>
      join((await store.devices.list()).filter(({ id }) => ids.has(id))),
  }
}

export type LiveDevices = ReturnType<typeof createLiveDevices>
