import type { Context } from 'hono'
import type { AreaId } from '#protocol'
import { may } from '../access/grants.ts'
import type { Deps } from '../deps.ts'
import type { Env } from './env.ts'

/** Of things that belong to areas, those that the user may see. */
export const visible = async <T extends { areaId: AreaId }>(
  c: Context<Env>,
  { store, now }: Pick<Deps, 'store' | 'now'>,
  things: readonly T[],
): Promise<T[]> => {
  const above = new Map<AreaId, string[]>()
  for (const { areaId } of things) {
    if (!above.has(areaId)) above.set(areaId, (await store.areas.idsFrom(areaId)) ?? [])
  }
  const { grants } = c.get('user')
  return things.filter(({ areaId }) => may(grants, 'see', above.get(areaId) ?? [], now()))
}
