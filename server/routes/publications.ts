import { createRoute, z } from '@hono/zod-openapi'
import { AppError, EpochMs } from '#protocol'
import type { Deps } from '../deps.ts'
import { requireRight } from '../http/authenticate.ts'
import { createRouter, json, refusals } from '../http/router.ts'

const Published = z
  .object({ number: z.int(), at: EpochMs, by: z.string() })
  .meta({ id: 'Publication' })

const latest = createRoute({
  method: 'get',
  path: '/api/publications/latest',
  summary: 'What is published now',
  responses: { 200: json(Published.nullable(), 'The last publication, or null'), ...refusals },
})

const publish = createRoute({
  method: 'post',
  path: '/api/publications',
  summary: 'Publish the draft: compile it and push it to the devices that it changes',
  responses: {
    201: json(
      Published.extend({ devices: z.int().meta({ description: 'devices whose plan changed' }) }),
      'The publication',
    ),
    ...refusals,
  },
})

export const publicationRoutes = (deps: Deps) => {
  const { store, publisher, now } = deps
  const routes = createRouter()

  routes.openapi(latest, async (c) => {
    const published = await store.programme.published()
    if (!published) return c.json(null, 200)
    const { number, at, by } = published
    return c.json({ number, at, by }, 200)
  })

  routes.openapi(publish, async (c) => {
    const { schedules } = await store.programme.draft()
    if (schedules.length === 0 && !(await store.programme.published())) {
      throw new AppError('nothing-changed')
    }
    // The draft is one: whoever publishes it must have the right over all that it reaches.
    for (const areaId of new Set(schedules.map((schedule) => schedule.areaId))) {
      await requireRight(c, deps, 'publish', areaId)
    }
    const user = c.get('user')
    const publication = await publisher.publish(user.name)
    const subject = String(publication.number)
    await store.audit.add({
      at: now(),
      userId: user.id,
      action: 'publish',
      subject,
      detail: publication,
    })
    return c.json(publication, 201)
  })

  return routes
}
