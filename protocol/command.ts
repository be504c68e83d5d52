import { z } from 'zod'
import { Channel } from './channel.ts'
import { DeviceId, Sha256 } from './ids.ts'
import { EpochMs, VolumePercent } from './units.ts'

const name = <const Name extends string>(value: Name) => z.literal(value)

const manual = [
  /** The loudspeaker is silent until told otherwise, whatever the plan says. */
  z.strictObject({ name: name('mute') }),
  z.strictObject({ name: name('unmute') }),
  /** Nothing is louder than this; null takes the cap away. */
  z.strictObject({ name: name('volume'), cap: VolumePercent.nullable() }),
  /** Ends what is on air now; what follows begins at its own time. */
  z.strictObject({ name: name('skip'), channel: Channel }),
  /** Makes the device heard or seen by somebody who stands before it. */
  z.strictObject({ name: name('identify') }),
  z.strictObject({ name: name('restart') }),
  /** Throws away all media, and fetches those of the plan anew. */
  z.strictObject({ name: name('clear-cache') }),
] as const

/** What people may ask of a device at any time. */
export const ManualCommand = z.discriminatedUnion('name', manual).meta({ id: 'ManualCommand' })
export type ManualCommand = z.infer<typeof ManualCommand>

/**
 * Server: do this now. Commands are no desired state: lost is lost, and said so. What lasts (mute, a
 * volume cap) the device keeps itself, over restarts, and says in its status.
 */
export const Command = z.discriminatedUnion('name', [
  z.strictObject({ name: name('screenshot') }),
  /** The picture that a record names. */
  z.strictObject({ name: name('picture'), sha256: Sha256 }),
  ...manual,
])
export type Command = z.infer<typeof Command>

export const CommandAnswer = z.discriminatedUnion('ok', [
  z.object({
    ok: z.literal(true),
    jpeg: z.custom<Uint8Array>((value) => value instanceof Uint8Array).optional(),
  }),
  z.object({ ok: z.literal(false), code: z.string().max(60) }),
])
export type CommandAnswer = z.infer<typeof CommandAnswer>

/** A command that somebody gave a device, and what came of it. */
export const CommandRecord = z
  .object({
    id: z.uuid(),
    deviceId: DeviceId,
    at: EpochMs,
    /** Name of who gave it. */
    by: z.string(),
    command: ManualCommand,
    outcome: z.object({
      ok: z.boolean(),
      /** Why not; null where it was done. */
      code: z.string().nullable(),
      tookMs: z.int().nonnegative(),
    }),
  })
  .meta({ id: 'CommandRecord' })
export type CommandRecord = z.infer<typeof CommandRecord>
