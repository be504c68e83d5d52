import type { Schedule } from '#protocol'
import type { Place } from '../compile/programme.ts'

/** Devices that hear the same: the same schedules in the same place. */
export type Hearers = {
  schedules: readonly Schedule[]
  place: Place
  /** Names of the devices, for people. */
  devices: readonly string[]
}
