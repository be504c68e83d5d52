import { z } from 'zod'
import { AreaId, Boundaries, Channel, Dimension, LocalDate, ThemeId } from '#protocol'

/** What the coverage page keeps in its address. */
export const coverageSearchShape = {
  from: LocalDate,
  to: LocalDate,
  areaId: AreaId,
  themeId: ThemeId,
  channel: Channel,
  boundaries: Boundaries,
  dimension: Dimension,
  value: z.string().max(200),
  rows: z.enum(['communes', 'children']),
}

type Shape = z.infer<z.ZodObject<typeof coverageSearchShape>>
export type CoverageSearch = { [Name in keyof Shape]?: Shape[Name] | undefined }
