import type { LocalDate, Policy, PolicyField } from '#protocol'
import { createCalendar } from '../recurrence/calendar.ts'
import { type Span, totalOf, within, without } from '../spans.ts'
import { policyDay } from './policy-day.ts'

const DAY: Span = { from: 0, to: 86_400_000 }
/** A week that begins on a Monday, in a zone in which every day has 24 hours. */
const WEEK: readonly LocalDate[] = [1, 2, 3, 4, 5, 6, 7].map((day) => `2024-01-0${day}`)

/** Whether some of a time is not covered by others. */
const reachesBeyond = (spans: readonly Span[], others: readonly Span[]): boolean =>
  within(DAY, spans).some((span) => totalOf(without(span, others)) > 0)

/**
 * The fields in which what an area lays down allows more than what holds in the area above it [PL13]:
 * sound at other times or for longer, louder, in quiet hours, or light in dark hours.
 */
export const looserFields = (above: Policy, own: Policy): PolicyField[] => {
  const calendar = createCalendar('UTC')
  const days = WEEK.map((date) => ({
    old: policyDay(above, date, calendar),
    fresh: policyDay(own, date, calendar),
  }))
  const isMore = (field: 'sessionsPerDay' | 'minutesPerDay' | 'minutesPerSession') => {
    const [limit, given] = [above[field], own[field]]
    return limit !== null && given !== null && given > limit
  }
  const looser: Partial<Record<PolicyField, boolean>> = {
    broadcastWindows:
      above.broadcastWindows !== null &&
      days.some(({ old, fresh }) => reachesBeyond(fresh.windows ?? [DAY], old.windows ?? [DAY])),
    quietHours: days.some(({ old, fresh }) => reachesBeyond(old.quiet, fresh.quiet)),
    screenBlank: days.some(({ old, fresh }) => reachesBeyond(old.blank, fresh.blank)),
    sessionsPerDay: isMore('sessionsPerDay'),
    minutesPerDay: isMore('minutesPerDay'),
    minutesPerSession: isMore('minutesPerSession'),
    volumeCeilings: days.some(({ old, fresh }) =>
      old.ceilings.some((ceiling) =>
        reachesBeyond(
          [ceiling],
          fresh.ceilings.filter(({ volume }) => volume <= ceiling.volume),
        ),
      ),
    ),
  }
  return (Object.keys(looser) as PolicyField[]).filter(
    (field) => looser[field] && own[field] !== null,
  )
}
