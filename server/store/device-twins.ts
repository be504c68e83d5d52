import type { DeviceId, EpochMs } from '#protocol'
import type { Database } from './open-database.ts'

/** Devices whose identity two machines use at the same time; forgotten when they enrol again. */
export const createDeviceTwins = (db: Database) => ({
  /** One of the two came back after the other. */
  async note(id: DeviceId, at: EpochMs): Promise<void> {
    await db
      .insertInto('device_twin')
      .values({ device_id: id, since: at, last_at: at, count: 1 })
      .onConflict((c) =>
        c.column('device_id').doUpdateSet((eb) => ({
          last_at: at,
          count: eb('device_twin.count', '+', 1),
        })),
      )
      .execute()
  },
})

export type DeviceTwins = ReturnType<typeof createDeviceTwins>
