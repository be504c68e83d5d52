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

/** What lies in an area that somebody may not see is for them as if it were not there. */
const unknownTo = (what: string | undefined, field = 'areaId'): AppError =>
  what === undefined
    ? new AppError('reference-unknown', { field, what: 'area' })
    : new AppError('not-found', { what })

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
  const isUnseen = (areaId: AreaId | null): boolean =>
    areaId !== null && !(areas.has(areaId) && mayIn('see', areaId))
  return {
    grants,
    at,
    may: mayIn,
    /** @throws AppError not-allowed, or reference-unknown where the user may see no such area */
    require(action: Action, areaId: AreaId | null, field = 'areaId'): void {
      if (isUnseen(areaId)) throw unknownTo(undefined, field)
      if (!mayIn(action, areaId)) throw new AppError('not-allowed')
    },
    /** @throws AppError not-allowed, or not-found where the user may see no such thing */
    requireThing(action: Action, { areaId }: { areaId: AreaId }, what: string): void {
      if (isUnseen(areaId)) throw unknownTo(what)
      if (!mayIn(action, areaId)) throw new AppError('not-allowed')
    },
  }
}

export type Rights = ReturnType<typeof rightsOf>
