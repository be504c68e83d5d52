import { z } from 'zod'
import { AreaId } from './ids.ts'
import { LocalDate, TimeZone } from './units.ts'

export const AreaKind = z.enum([
  'province',
  'city',
  'district',
  'ward',
  'commune',
  'township',
  'special-zone',
  'hamlet',
])
export type AreaKind = z.infer<typeof AreaKind>

/** A node of the tree of administrative units. Codes are reused over the years: only the id is an identity. */
export const Area = z
  .object({
    id: AreaId,
    code: z.string(),
    name: z.string(),
    kind: AreaKind,
    parentId: AreaId.nullable(),
    /** Names from the root down to this area: a unit is recognised by its way down, names repeat. */
    path: z.array(z.string()).min(1),
    timeZone: TimeZone,
    validFrom: LocalDate,
    validTo: LocalDate.nullable(),
  })
  .meta({ id: 'Area' })
export type Area = z.infer<typeof Area>

/** A tree to be imported, as the statistics office publishes it. */
export type AreaTree = {
  code: string
  name: string
  kind: AreaKind
  children?: AreaTree[] | undefined
}
export const AreaTree: z.ZodType<AreaTree> = z
  .object({
    code: z.string().min(1).max(20),
    name: z.string().trim().min(1).max(200),
    kind: AreaKind,
    get children() {
      return z.array(AreaTree).optional()
    },
  })
  .meta({ id: 'AreaTree' })
