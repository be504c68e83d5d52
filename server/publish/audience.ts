import type { Schedule, ScheduleId } from '#protocol'
import type { PlacedDevice } from '../store/devices.ts'

/** Which schedules a device hears: those that name it, its area, or an area above it. */
export const schedulesFor = (
  device: Pick<PlacedDevice, 'id' | 'areaIds'>,
  schedules: readonly Schedule[],
): Schedule[] =>
  schedules.filter(
    ({ audience }) =>
      audience.deviceIds.includes(device.id) ||
      audience.areaIds.some((areaId) => device.areaIds.includes(areaId)),
  )

/** Devices of one audience share plans: the same schedules in the same zone. */
export const audienceKey = (timeZone: string, scheduleIds: readonly ScheduleId[]): string =>
  [timeZone, ...scheduleIds.toSorted()].join(' ')
