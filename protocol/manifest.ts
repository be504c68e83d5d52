import { z } from 'zod'
import { Channel } from './channel.ts'
import { AreaId, DeviceId, Sha256 } from './ids.ts'
import { MOST_RELAY_HOSTS, RelayHost } from './relay-address.ts'
import { EpochMs, LocalDate } from './units.ts'

/** Rises by at least one whenever a device must hold something else: there is always a next one. */
export const Revision = z
  .int()
  .nonnegative()
  .max(Number.MAX_SAFE_INTEGER - 1)
  .meta({ description: 'revision of a manifest' })
export type Revision = z.infer<typeof Revision>

export const Canvas = z
  .object({ width: z.int().min(16).max(7680), height: z.int().min(16).max(4320) })
  .meta({ id: 'Canvas' })
export type Canvas = z.infer<typeof Canvas>

/** Where a device stands, frozen for the record: areas are renamed and merged. */
export const AreaSnapshot = z
  .object({ id: AreaId, code: z.string(), path: z.array(z.string()).min(1) })
  .meta({ id: 'AreaSnapshot' })
export type AreaSnapshot = z.infer<typeof AreaSnapshot>

export const ManifestDay = z.object({
  date: LocalDate,
  /** The first instant of the day in the device's zone: the device needs no zone tables. */
  startsAt: EpochMs,
  plans: z.partialRecord(Channel, Sha256),
})
export type ManifestDay = z.infer<typeof ManifestDay>

/** All that one device must hold, and the days for which it may play it. */
export const Manifest = z.object({
  v: z.literal(1),
  deviceId: DeviceId,
  revision: Revision,
  issuedAt: EpochMs,
  /** After this instant nothing of it is played: the end of the last day. */
  playUntil: EpochMs,
  device: z.object({
    name: z.string(),
    area: AreaSnapshot,
    /** For people to read. A device needs no table of zones, and an old one must not refuse a new name. */
    timeZone: z.string().min(1).max(100),
    channels: z.array(Channel).min(1),
    canvas: Canvas.nullable(),
  }),
  days: z.array(ManifestDay),
  media: z.array(z.object({ sha256: Sha256, bytes: z.int().positive(), mime: z.string() })),
  /** Hosts that the administrator vouches for: see isRelayAllowed. Left out where there are none. */
  relayHosts: z.array(RelayHost).max(MOST_RELAY_HOSTS).default([]),
  /** The ledger's key seals welcomes and the time from now on: see EnrolAnswer. */
  ledgerSeals: z.boolean().optional(),
})
export type Manifest = z.infer<typeof Manifest>

/** Why a device would not take a manifest. Each is reported to the server by this name. */
export const ManifestRefusal = z.enum([
  'format',
  'signature',
  /** Signed by a key that was taken out of use. */
  'revoked',
  'wrong-device',
  /** Older than what this device has held. */
  'rollback',
  /** Something else under a number that this device has held. */
  'replay',
  'expired',
  /** Asks for more than this device enrolled for, or for a medium that it does not list. */
  'scope',
  /** Bytes that are not those of their name. */
  'hash',
])
export type ManifestRefusal = z.infer<typeof ManifestRefusal>
