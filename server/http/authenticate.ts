import type { Context, MiddlewareHandler } from 'hono'
import { type Action, AppError, type AreaId } from '#protocol'
import { may, scopeOf } from '../access/grants.ts'
import type { Deps } from '../deps.ts'
import type { Known } from '../programme/memory.ts'
import type { Env } from './env.ts'

/** Lets only signed-in people through, and says who they are. @throws AppError not-signed-in */
export const authenticate =
  ({ auth, store }: Pick<Deps, 'auth' | 'store'>): MiddlewareHandler<Env> =>
  async (c, next) => {
    const user = await auth.userOf(c.req.raw.headers)
    if (!user) throw new AppError('not-signed-in')
    c.set('user', { ...user, grants: await store.users.grantsOf(user.id) })
    await next()
  }

/** @throws AppError not-allowed, or not-found where the area does not exist */
export const requireRight = async (
  c: Context<Env>,
  { store, now }: Pick<Deps, 'store' | 'now'>,
  action: Action,
  areaId: Parameters<Deps['store']['areas']['idsFrom']>[0] | null,
): Promise<void> => {
  const areaIds = areaId === null ? [] : await store.areas.idsFrom(areaId)
  if (!areaIds) throw new AppError('reference-unknown', { field: 'areaId', what: 'area' })
  if (!may(c.get('user').grants, action, areaIds, now())) throw new AppError('not-allowed')
}

/** Where the user may see things. */
export const seenBy = (c: Context<Env>, { now }: Pick<Deps, 'now'>) =>
  scopeOf(c.get('user').grants, 'see', now())

/** What somebody may do, answered from memory: for decisions that must not wait. */
export const rightsOf = (
  c: Context<Env>,
  { now }: Pick<Deps, 'now'>,
  { areas }: Pick<Known, 'areas'>,
) => {
  const { grants } = c.get('user')
  const at = now()
  const mayIn = (action: Action, areaId: AreaId | null): boolean =>
    may(grants, action, areaId === null ? [] : (areas.get(areaId)?.ids ?? []), at)
  return {
    grants,
    at,
    may: mayIn,
    /** @throws AppError not-allowed, or reference-unknown where the area does not exist */
    require(action: Action, areaId: AreaId | null, field = 'areaId'): void {
      if (areaId !== null && !areas.has(areaId))
        throw new AppError('reference-unknown', { field, what: 'area' })
      if (!mayIn(action, areaId)) throw new AppError('not-allowed')
    },
  }
}

export type Rights = ReturnType<typeof rightsOf>
