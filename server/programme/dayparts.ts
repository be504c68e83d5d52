import {
  type AreaId,
  type Daypart,
  type DaypartChange,
  type FieldFault,
  fieldProblem,
  type Priority,
  type Schedule,
} from '#protocol'
import { type Content, type Entry, withEntries } from '../store/content.ts'
import type { Known } from './memory.ts'
import { createPolicies } from './policies.ts'

type Places = Pick<Known, 'areas' | 'devices'>
type Heard = Pick<Schedule, 'time' | 'audience'>

/** An area in which a schedule is heard, and the field of the schedule that names it or what is above it. */
type Place = { areaId: AreaId; field: string }

/** The areas below which other windows hold than above. */
const ownDayparts = ({ policies }: Content): AreaId[] =>
  policies.filter(({ policy }) => policy.dayparts !== null).map(({ id }) => id)

/**
 * Where the windows of a schedule may differ: its areas, those of its devices, and the areas below that
 * lay down windows of their own.
 */
const placesOf = (
  { audience }: Heard,
  laidDown: readonly AreaId[],
  { areas, devices }: Places,
): Place[] => {
  const places = new Map<AreaId, Place>()
  const not = new Set(audience.except?.areaIds)
  const isExcepted = (areaId: AreaId) => areas.get(areaId)?.ids.some((id) => not.has(id)) === true
  const add = (areaId: AreaId, field: string) => {
    if (!places.has(areaId)) places.set(areaId, { areaId, field })
  }
  audience.areaIds.forEach((above, index) => {
    const field = `audience.areaIds.${index}`
    add(above, field)
    for (const areaId of laidDown)
      if (areas.get(areaId)?.ids.includes(above) === true && !isExcepted(areaId)) add(areaId, field)
  })
  audience.deviceIds.forEach((id, index) => {
    const device = devices.get(id)
    if (device) add(device.areaId, `audience.deviceIds.${index}`)
  })
  return [...places.values()]
}

/** Where the window that a schedule names does not exist, and which do. */
const missingIn = (content: Content, known: Places) => {
  const policyIn = createPolicies(known.areas, content)
  const laidDown = ownDayparts(content)
  return (schedule: Heard) => {
    const { daypart } = schedule.time
    if (daypart === null) return []
    return placesOf(schedule, laidDown, known).flatMap((place) => {
      const dayparts = policyIn(place.areaId).dayparts ?? []
      return dayparts.some(({ code }) => code === daypart) ? [] : [{ ...place, daypart, dayparts }]
    })
  }
}

/** What is wrong with a schedule whose window does not exist in each of its areas [PL11]. */
export const daypartFaults = (schedule: Heard, draft: Content, known: Places): FieldFault[] => {
  const [missing] = missingIn(draft, known)(schedule)
  if (!missing) return []
  const params = {
    area: known.areas.get(missing.areaId)?.name ?? '',
    daypart: missing.daypart,
    dayparts: missing.dayparts.map(({ code, name }) => `${code} (${name})`).join(', ') || '–',
  }
  return [{ field: 'time.daypart', message: fieldProblem('daypart-unknown'), params }]
}

/** The first schedule whose window is missing in one content and there in another. */
export const lackingDaypart = (
  content: Content,
  other: Content,
  known: Places,
): { name: string; needs: string } | null => {
  const isMissing = missingIn(content, known)
  const named = content.schedules.filter((schedule) => schedule.time.daypart !== null)
  const lacking = named.filter((schedule) => isMissing(schedule).length > 0)
  if (lacking.length === 0) return null
  const isMissingThere = missingIn(other, known)
  for (const schedule of lacking) {
    const there = new Set(isMissingThere(schedule).map(({ areaId }) => areaId))
    const place = isMissing(schedule).find(({ areaId }) => !there.has(areaId))
    if (!place) continue
    const daypart = createPolicies(
      known.areas,
      other,
    )(place.areaId).dayparts?.find(({ code }) => code === place.daypart)
    return { name: schedule.name, needs: daypart?.name ?? place.daypart }
  }
  return null
}

/** What an area's windows say of the time, by code. */
const timesByCode = (content: Content, areaId: AreaId, { areas }: Places): Map<string, string> =>
  new Map(
    createPolicies(
      areas,
      content,
    )(areaId).dayparts?.map(({ code, startTime, endTime, exceptions }) => [
      code,
      JSON.stringify([startTime, endTime, exceptions]),
    ]),
  )

/** The classes of schedules that go by a window which a policy changes, on some weekday or on all. */
export const classesByWindow = (
  content: Content,
  entry: Extract<Entry, { what: 'policy' }>,
  known: Places,
): Priority[] => {
  const { areas, devices } = known
  const areaId = entry.id as AreaId
  const before = timesByCode(content, areaId, known)
  const after = timesByCode(withEntries(content, [entry]), areaId, known)
  const isWithin = (id: AreaId, above: AreaId) => areas.get(id)?.ids.includes(above) === true
  const isHeard = ({ audience }: Schedule) =>
    audience.areaIds.some((id) => isWithin(id, areaId) || isWithin(areaId, id)) ||
    audience.deviceIds.some((id) => devices.get(id)?.areaIds.includes(areaId) === true)
  const moved = content.schedules.filter(({ time: { daypart } }) => {
    return daypart !== null && before.get(daypart) !== after.get(daypart)
  })
  return [...new Set(moved.filter(isHeard).map(({ priority }) => priority))]
}

const timesIn = ({ startTime, endTime }: Daypart) => ({ startTime, endTime })

/**
 * What becomes of the schedules that go by the name of a window when one content takes the place of
 * another: those whose window gets other times, and those whose window is gone. What changes by weekday
 * alone is not listed.
 */
export const daypartChanges = (before: Content, after: Content, known: Places): DaypartChange[] => {
  const named = after.schedules.filter(({ time }) => time.daypart !== null)
  if (named.length === 0) return []
  const [policyBefore, policyAfter] = [before, after].map((content) =>
    createPolicies(known.areas, content),
  ) as [ReturnType<typeof createPolicies>, ReturnType<typeof createPolicies>]
  const laidDown = [...new Set([...ownDayparts(before), ...ownDayparts(after)])]
  const found = new Map<string, DaypartChange>()
  for (const schedule of named) {
    const { id, name, time } = schedule
    for (const { areaId } of placesOf(schedule, laidDown, known)) {
      const isNamed = ({ code }: Daypart) => code === time.daypart
      const old = policyBefore(areaId).dayparts?.find(isNamed)
      const fresh = policyAfter(areaId).dayparts?.find(isNamed)
      if (!old || time.daypart === null) continue
      const [from, to] = [timesIn(old), fresh ? timesIn(fresh) : null]
      if (JSON.stringify(from) === JSON.stringify(to)) continue
      const key = JSON.stringify([id, from, to])
      const change = found.get(key) ?? {
        scheduleId: id,
        schedule: name,
        daypart: time.daypart,
        from,
        to,
        areas: [],
      }
      change.areas.push(known.areas.get(areaId)?.name ?? '')
      found.set(key, change)
    }
  }
  return [...found.values()]
}
