import { z } from 'zod'

/** A page of a long list. `next` is the cursor of the page after it, or null at the end. */
export const pageOf = <T extends z.ZodType>(item: T) =>
  z.object({ items: z.array(item), next: z.string().nullable(), total: z.int().nullable() })

export type Page<T> = { items: T[]; next: string | null; total: number | null }

export const PageQuery = z.object({
  cursor: z.string().max(200).optional(),
  limit: z.coerce.number().int().min(1).max(500).default(50),
})
export type PageQuery = z.infer<typeof PageQuery>
