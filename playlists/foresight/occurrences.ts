import type { LocalDate, Preview, Schedule } from '#protocol'
import type { Compiler } from '../compile/compiler.ts'
import type { Place } from '../compile/programme.ts'
import { windowOn } from '../policy/window.ts'
import { roundsOf } from '../sequence/rounds.ts'

/** When a schedule would be on air, and when its rounds begin, before policy and others have their say; sorted. */
export const occurrencesOf = (
  compiler: Compiler,
  schedule: Schedule,
  { timeZone, policy }: Place,
  first: LocalDate,
  last: LocalDate,
): Preview['occurrences'] => {
  const calendar = compiler.calendarOf(timeZone)
  return compiler.datesOf(schedule, timeZone, first, last).flatMap((date) => {
    if (calendar.lengthOf(date) === 0) return []
    const window = windowOn(schedule.time, date, policy, calendar)
    const start = calendar.startOf(date)
    if (!window) return []
    const rounds = roundsOf(schedule, date, window, calendar)?.starts ?? []
    const roundsAt = rounds.map((at) => start + at)
    return [{ date, from: start + window.from, to: start + window.to, roundsAt }]
  })
}
