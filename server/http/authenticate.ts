import type { Context, MiddlewareHandler } from 'hono'
import { type Action, AppError } from '#protocol'
import { may, scopeOf } from '../access/grants.ts'
import { type Rights, rightsFrom, unknownTo } from '../access/rights.ts'
import type { Deps } from '../deps.ts'
import type { Asker } from '../planning/ground.ts'
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

/**
 * @param what what is asked for, where the request names a thing and not an area
 * @throws AppError not-allowed; reference-unknown or not-found where there is no such area or thing, or the
 *   user may not see it
 */
export const requireRight = async (
  c: Context<Env>,
  { store, now }: Pick<Deps, 'store' | 'now'>,
  action: Action,
  areaId: Parameters<Deps['store']['areas']['idsFrom']>[0] | null,
  what?: string,
): Promise<void> => {
  const areaIds = areaId === null ? [] : await store.areas.idsFrom(areaId)
  const { grants } = c.get('user')
  const isSomewhere = areaId !== null || what !== undefined
  if (!areaIds || (isSomewhere && !may(grants, 'see', areaIds, now()))) throw unknownTo(what)
  if (!may(grants, action, areaIds, now())) throw new AppError('not-allowed')
}

/** Where the user may see things. */
export const seenBy = (c: Context<Env>, { now }: Pick<Deps, 'now'>) =>
  scopeOf(c.get('user').grants, 'see', now())

/** What the user may do, answered from memory. */
export const rightsOf = (
  c: Context<Env>,
  { now }: Pick<Deps, 'now'>,
  known: Pick<Known, 'areas'>,
): Rights => rightsFrom(c.get('user').grants, now(), known)

/** The user as the planning thread judges him. */
export const askerOf = (c: Context<Env>, { now }: Pick<Deps, 'now'>): Asker => ({
  grants: c.get('user').grants,
  at: now(),
})
