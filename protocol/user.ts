import { z } from 'zod'
import { AreaId } from './ids.ts'
import { EpochMs } from './units.ts'

export const Role = z.enum([
  'administrator',
  'approver',
  'operator',
  /** On call: breaks in with emergencies, day and night. */
  'duty-officer',
  'supervisor',
])
export type Role = z.infer<typeof Role>

/** What a right can be about. */
export const ACTIONS = [
  'see',
  'edit',
  'approve',
  'publish',
  'operate',
  /** Schedules of class emergency: to make, change, delete and publish them. */
  'emergency',
  'administer',
] as const
export type Action = (typeof ACTIONS)[number]

/** What each role may do. */
export const ROLES: Readonly<Record<Role, readonly Action[]>> = {
  administrator: ACTIONS,
  approver: ['see', 'edit', 'approve', 'operate'],
  operator: ['see', 'edit', 'publish', 'operate'],
  'duty-officer': ['see', 'edit', 'publish', 'operate', 'emergency'],
  supervisor: ['see'],
}

/** A right: this role, in this area and below it, from one instant to another (null: no end). */
export const Grant = z
  .object({
    role: Role,
    areaId: AreaId.nullable().meta({ description: 'null: everywhere' }),
    validFrom: EpochMs,
    validTo: EpochMs.nullable(),
  })
  .meta({ id: 'Grant' })
export type Grant = z.infer<typeof Grant>

export const SignedIn = z
  .object({
    id: z.string(),
    username: z.string(),
    name: z.string(),
    grants: z.array(Grant),
  })
  .meta({ id: 'SignedIn' })
export type SignedIn = z.infer<typeof SignedIn>
