import type { AreaId, DeviceId } from './ids.ts'
import type { Audience } from './schedule.ts'

/** A device, and the areas that it is in: its own and all above. */
type Placed = { id: DeviceId; areaIds: readonly AreaId[] }

/**
 * Whether an audience has a device: one in its areas or below them, or one that it names. One that is
 * excepted never; one in an excepted area or below it only where it is named itself [AU1, AU2].
 */
export const reachOf = ({ areaIds, deviceIds, except }: Audience) => {
  const [areas, devices] = [new Set(areaIds), new Set(deviceIds)]
  const [notAreas, notDevices] = [new Set(except?.areaIds), new Set(except?.deviceIds)]
  return ({ id, areaIds: above }: Placed): boolean => {
    if (notDevices.has(id)) return false
    if (devices.has(id)) return true
    return above.some((one) => areas.has(one)) && !above.some((one) => notAreas.has(one))
  }
}
