import type { Policy } from '#protocol'
import { createCalendar } from '../recurrence/calendar.ts'
import { totalOf, within } from '../spans.ts'
import { policyDay } from './policy-day.ts'

/** A Monday to a Sunday. */
const WEEK = [1, 2, 3, 4, 5, 6, 7].map((day) => `2024-01-0${day}`)

/** Whether quiet hours lie in the broadcast windows, so that a part of these can never be used. */
export const isQuietInWindows = (
  policy: Pick<Policy, 'broadcastWindows' | 'quietHours'>,
): boolean => {
  const { broadcastWindows, quietHours } = policy
  if (!broadcastWindows || !quietHours) return false
  const calendar = createCalendar('UTC')
  const only = { broadcastWindows, quietHours, screenBlank: null, volumeCeilings: null } as Policy
  return WEEK.some((date) => {
    const { windows, quiet } = policyDay(only, date, calendar)
    return (windows ?? []).some((window) => totalOf(within(window, quiet)) > 0)
  })
}
