import { addDays, dateAt } from '#playlists'
import type { Block, EpochMs, LocalDate, NewSchedule, Schedule, TimeZone } from '#protocol'
import { clock } from '../../ui/when.ts'
import { readRule, writeRule } from './recurrence/rule.ts'
import { inputOf } from './use-schedule-edits.ts'

const DAY_S = 86_400

const secondsOf = (time: string): number => {
  const [hours = 0, minutes = 0, seconds = 0] = time.split(':').map(Number)
  return hours * 3_600 + minutes * 60 + seconds
}

const timeOf = (seconds: number): string => {
  const within = ((seconds % DAY_S) + DAY_S) % DAY_S
  const two = (value: number) => String(value).padStart(2, '0')
  const [hours, minutes, rest] = [
    Math.floor(within / 3_600),
    Math.floor(within / 60) % 60,
    within % 60,
  ]
  return `${two(hours)}:${two(minutes)}${rest ? `:${two(rest)}` : ''}`
}

/** An end at midnight is that of the day before: a whole day is 00:00 to 24:00. */
export const asEnd = (time: string): string => (time === '00:00' ? '24:00' : time)

const shifted = (time: string, byMs: number): string => timeOf(secondsOf(time) + byMs / 1000)

const daysBetween = (from: LocalDate, to: LocalDate): number =>
  Math.round((Date.parse(to) - Date.parse(from)) / 86_400_000)

/** A block that was put elsewhere: by how much, in days and by the clock. */
export type Shift = { block: Block; from: EpochMs; to: EpochMs; timeZone: TimeZone }

const newTimes = ({ time }: NewSchedule, { block, from, to, timeZone }: Shift) => {
  // By the name of a window nothing can be moved: it gets the times that it has here.
  if (time.daypart)
    return { startTime: clock(from, timeZone), endTime: asEnd(clock(to, timeZone)), daypart: null }
  // Whoever puts an edge somewhere wants it there, whatever the window had beyond what was heard.
  const [isStartKept, isEndKept] = [from === block.from, to === block.to]
  if (isStartKept !== isEndKept)
    return {
      startTime: isStartKept ? time.startTime : clock(from, timeZone),
      endTime: isEndKept ? time.endTime : asEnd(clock(to, timeZone)),
      daypart: null,
    }
  const days = daysBetween(dateAt(block.from, timeZone), dateAt(from, timeZone))
  const byClock = days * 86_400_000
  return {
    startTime: shifted(time.startTime, from - block.from - byClock),
    endTime: asEnd(shifted(time.endTime, to - block.to - byClock)),
    daypart: null,
  }
}

export const happensOnce = ({ time }: Schedule): boolean =>
  time.rrule === null && time.extraDates.length === 0

/** The one day of a block as a schedule of its own, where it was put. */
export const movedOnce = (schedule: Schedule, shift: Shift): NewSchedule => {
  const input = inputOf(schedule)
  return {
    ...input,
    time: {
      ...newTimes(input, shift),
      startDate: dateAt(shift.from, shift.timeZone),
      rrule: null,
      extraDates: [],
      exceptDates: [],
    },
  }
}

/** The whole schedule, moved as its block was; undefined where its rule cannot follow to another day. */
export const movedAlways = (schedule: Schedule, shift: Shift): NewSchedule | undefined => {
  const input = inputOf(schedule)
  const { block, from, timeZone } = shift
  const days = daysBetween(dateAt(block.from, timeZone), dateAt(from, timeZone))
  const time = { ...input.time, ...newTimes(input, shift) }
  if (days === 0) return { ...input, time }
  const rule = readRule(time.rrule, time.startDate)
  const move = (date: LocalDate) => addDays(date, days)
  const moved = {
    ...time,
    startDate: move(time.startDate),
    extraDates: time.extraDates.map(move),
    exceptDates: time.exceptDates.map(move),
  }
  if (rule.kind === 'once') return { ...input, time: moved }
  if (rule.kind !== 'weekly') return undefined
  const weekdays = rule.weekdays.map((day) => ((((day - 1 + days) % 7) + 7) % 7) + 1)
  return { ...input, time: { ...moved, rrule: writeRule({ ...rule, weekdays }) } }
}
