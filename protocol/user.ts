import { z } from 'zod'
import { AreaId } from './ids.ts'
import { EpochMs } from './units.ts'

export const Role = z.enum(['administrator', 'approver', 'operator', 'supervisor'])
export type Role = z.infer<typeof Role>

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
