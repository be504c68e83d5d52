import { z } from 'zod'
import { AreaId } from './ids.ts'
import { lineOf } from './text.ts'
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
    name: lineOf(200),
    kind: AreaKind,
    get children() {
      return z.array(AreaTree).max(5_000).optional()
    },
  })
  .meta({ id: 'AreaTree' })

/**
 * A re-organisation as the statistics office publishes it: which old units each new one takes over.
 * An old unit that is named by several new ones was split.
 */
export const Reorganisation = z
  .object({
    effective: LocalDate,
    decree: lineOf(200),
    newProvince: z.object({
      code: z.string().min(1).max(20),
      name: lineOf(200),
    }),
    units: z
      .array(
        z.object({
          code: z.string().min(1).max(20),
          name: lineOf(200),
          from: z
            .array(
              z.object({
                code: z.string().min(1).max(20),
                name: lineOf(200),
                part: z.string().max(300),
              }),
            )
            .min(1)
            .max(500),
        }),
      )
      .min(1)
      .max(5_000),
  })
  .meta({ id: 'Reorganisation' })
export type Reorganisation = z.infer<typeof Reorganisation>

/** What a re-organisation did, or would do: what of the list cannot be right is named, never guessed. */
export const ReorganisationOutcome = z
  .object({
    applied: z.boolean(),
    newUnits: z.int(),
    oldUnits: z.int(),
    /** Old units that several new ones share: each of their devices has to be placed by somebody. */
    split: z.array(z.string()),
    problems: z.array(z.string()),
  })
  .meta({ id: 'ReorganisationOutcome' })
export type ReorganisationOutcome = z.infer<typeof ReorganisationOutcome>
