import { z } from 'zod'
import { ThemeSnapshot } from './campaign.ts'
import { Channel } from './channel.ts'
import { DeliveryCause } from './delivery.ts'
import { AreaId, ThemeId } from './ids.ts'
import { DurationMs, EpochMs, LocalDate } from './units.ts'

const count = z.int().nonnegative()

/**
 * What is counted. The first five count play records; the others count planned occurrences that
 * are over: planned = delivered + shortened + missed + unknown, and withheld stands beside them.
 */
export const Tally = z
  .object({
    plays: count,
    playedMs: DurationMs,
    completed: count,
    partial: count,
    failed: count,
    planned: count,
    delivered: count,
    shortened: count,
    missed: count,
    unknown: count,
    withheld: count,
  })
  .meta({ id: 'Tally' })
export type Tally = z.infer<typeof Tally>

export const NO_TALLY: Readonly<Tally> = {
  plays: 0,
  playedMs: 0,
  completed: 0,
  partial: 0,
  failed: 0,
  planned: 0,
  delivered: 0,
  shortened: 0,
  missed: 0,
  unknown: 0,
  withheld: 0,
}

/** What can be counted besides area, theme, channel and time, one at a time. */
export const Dimension = z.enum(['strand', 'sector', 'language', 'approver', 'device'])
export type Dimension = z.infer<typeof Dimension>

/** play: areas as they were when it was played. today: what was merged since counts for its successor. */
export const Boundaries = z.enum(['play', 'today'])
export type Boundaries = z.infer<typeof Boundaries>

export const CoverageFilter = z.object({
  from: LocalDate,
  /** Inclusive. */
  to: LocalDate,
  areaId: AreaId.optional(),
  themeId: ThemeId.optional(),
  channel: Channel.optional(),
  boundaries: Boundaries.default('play'),
  dimension: Dimension.optional(),
  /** Only plays with this value of the dimension. */
  value: z.string().max(200).optional(),
})
export type CoverageFilter = z.infer<typeof CoverageFilter>

const CoverageCell = z.object({ themeId: ThemeId, tally: Tally })

export const CoverageRow = z
  .object({
    areaId: AreaId,
    code: z.string(),
    name: z.string(),
    path: z.array(z.string()),
    devices: z.int().nonnegative(),
    total: Tally,
    cells: z.array(CoverageCell),
    /** Themes of the running phases that were not heard here at all. */
    silentThemeIds: z.array(ThemeId),
  })
  .meta({ id: 'CoverageRow' })
export type CoverageRow = z.infer<typeof CoverageRow>

/** How often a theme was asked for and reached, over the devices that were to hear it. */
export const TargetReached = z
  .object({
    themeId: ThemeId,
    per: z.enum(['plays', 'minutes']),
    /** Per device and week. */
    asked: z.number(),
    deviceWeeks: count,
    met: count,
    missed: count,
  })
  .meta({ id: 'TargetReached' })
export type TargetReached = z.infer<typeof TargetReached>

/** Theme × area over a time. */
export const Coverage = z
  .object({
    from: LocalDate,
    to: LocalDate,
    total: Tally,
    themes: z.array(ThemeSnapshot.extend({ total: Tally })),
    rows: z.array(CoverageRow),
    /** One point a day, or a month where the time is long. */
    trend: z.array(z.object({ period: z.string(), tally: Tally })),
    causes: z.array(z.object({ cause: DeliveryCause.nullable(), count })),
    communes: count,
    communesWithPlays: count,
    communesWithoutDevice: count,
    /** When planned was last set against delivered, and how many device days still wait for it. */
    statedAt: EpochMs.nullable(),
    waiting: count,
  })
  .meta({ id: 'Coverage' })
export type Coverage = z.infer<typeof Coverage>

/** The values of a dimension that occur, with what was counted for each. */
export const DimensionValue = z
  .object({ value: z.string(), label: z.string(), tally: Tally })
  .meta({ id: 'DimensionValue' })
export type DimensionValue = z.infer<typeof DimensionValue>
