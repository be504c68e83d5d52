import type { LocalDate, Preview, Schedule } from '#protocol'
import type { Compiler } from '../compile/compiler.ts'
import type { Place } from '../compile/programme.ts'
import { windowOn } from '../policy/window.ts'

/** When a schedule would be on air, before policy and other schedules have their say; sorted. */
export const occurrencesOf = (
  compiler: Compiler,
  schedule: Schedule,
  { timeZone, policy }: Place,
  first: LocalDate,
  last: LocalDate,
): Preview['occurrences'] => {
  const calendar = compiler.calendarOf(timeZone)
  return compiler.datesOf(schedule, first, last).flatMap((date) => {
    if (calendar.lengthOf(date) === 0) return []
    const window = windowOn(schedule.time, date, policy, calendar)
    const start = calendar.startOf(date)
    return window ? [{ date, from: start + window.from, to: start + window.to }] : []
  })
}
