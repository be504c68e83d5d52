import type { LocalDate } from '#protocol'
import type { Rule } from './rule.ts'

/** Days are counted from 1970-01-01, which is 0. */
type Day = number

const MONTH_LENGTHS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]

/** The first day of a year. */
const newYearOf = (year: number): Day =>
  365 * (year - 1970) +
  Math.floor((year - 1969) / 4) -
  Math.floor((year - 1901) / 100) +
  Math.floor((year - 1601) / 400)
const yearLengthOf = (year: number): number => newYearOf(year + 1) - newYearOf(year)

const modulo = (value: number, by: number): number => ((value % by) + by) % by
/** Monday is 1; 1970-01-01 was a Thursday. */
const weekdayOf = (day: Day): number => modulo(day + 3, 7) + 1

/** A day as a rule looks at it. */
type Looked = {
  day: Day
  month: number
  monthDay: number
  monthLength: number
  year: number
  newYear: Day
  yearLength: number
}

/** The days of a month. Months are counted too: twelve times the year, plus 0 for January. */
const monthIn = (index: number): Looked[] => {
  const [year, month] = [Math.floor(index / 12), (index % 12) + 1]
  const [newYear, yearLength] = [newYearOf(year), yearLengthOf(year)]
  const lengthOf = (of: number) =>
    (MONTH_LENGTHS[of - 1] as number) + Number(of === 2 && yearLength === 366)
  let first = newYear
  for (let before = 1; before < month; before++) first += lengthOf(before)
  const monthLength = lengthOf(month)
  const days: Looked[] = []
  for (let day = first; day < first + monthLength; day++)
    days.push({ day, month, monthDay: day - first + 1, monthLength, year, newYear, yearLength })
  return days
}

const monthIndexOf = (date: LocalDate): number =>
  Number(date.slice(0, 4)) * 12 + Number(date.slice(5, 7)) - 1

const lookAt = (date: LocalDate): Looked =>
  monthIn(monthIndexOf(date))[Number(date.slice(8)) - 1] as Looked

const two = (value: number): string => String(value).padStart(2, '0')
const dateOf = ({ year, month, monthDay }: Looked): LocalDate =>
  `${year}-${two(month)}-${two(monthDay)}`

/** A place counted from 1, or from -1 at the end, as rules write them. */
const isOneOf = (wanted: readonly number[], place: number, length: number): boolean =>
  wanted.includes(place) || wanted.includes(place - length - 1)

const isInWeeks = (wanted: readonly number[], { day, year }: Looked, from: number): boolean => {
  // A week belongs to the year in which four of its days lie: that of its fourth day.
  const fourthOf = (each: Day): Day => each - modulo(weekdayOf(each) - from, 7) + 3
  const fourth = fourthOf(day)
  const isLater = fourth >= newYearOf(year + 1)
  const of = fourth < newYearOf(year) ? year - 1 : isLater ? year + 1 : year
  const numberOf = (each: Day): number => Math.floor((each - newYearOf(of)) / 7) + 1
  // The 28th of December always lies in the last week.
  return isOneOf(wanted, numberOf(fourth), numberOf(fourthOf(newYearOf(of + 1) - 4)))
}

const isOnWeekdays = ({ frequency, months, weekdays }: Rule, looked: Looked): boolean => {
  const { day, monthDay, monthLength, newYear, yearLength } = looked
  // A number counts within the month where the rule speaks of months, otherwise within the year.
  const isOfMonth = frequency === 'MONTHLY' || months.length > 0
  const [place, length] = isOfMonth ? [monthDay, monthLength] : [day - newYear + 1, yearLength]
  const weekday = weekdayOf(day)
  return weekdays.some((wanted) => {
    if (wanted.weekday !== weekday) return false
    if (wanted.nth === null) return true
    return wanted.nth > 0
      ? Math.ceil(place / 7) === wanted.nth
      : Math.ceil((length - place + 1) / 7) === -wanted.nth
  })
}

/** Every part that a rule has must hold of a day: RFC 5545's "expand" and "limit" come to this. */
const fits = (rule: Rule, looked: Looked): boolean => {
  const { months, monthDays, yearDays, weeks, weekdays, weekStart } = rule
  const { day, month, monthDay, monthLength, newYear, yearLength } = looked
  return (
    (months.length === 0 || months.includes(month)) &&
    (weekdays.length === 0 || isOnWeekdays(rule, looked)) &&
    (monthDays.length === 0 || isOneOf(monthDays, monthDay, monthLength)) &&
    (yearDays.length === 0 || isOneOf(yearDays, day - newYear + 1, yearLength)) &&
    (weeks.length === 0 || isInWeeks(weeks, looked, weekStart))
  )
}

/** What a rule leaves open is taken from its start [RC2]. */
const completed = (rule: Rule, { day, month, monthDay }: Looked): Rule => {
  const { frequency, months, weeks, yearDays, monthDays, weekdays } = rule
  const ofStart = [{ weekday: weekdayOf(day), nth: null }]
  if (frequency === 'DAILY' || weekdays.length + monthDays.length + yearDays.length > 0) return rule
  if (frequency === 'WEEKLY' || weeks.length > 0) return { ...rule, weekdays: ofStart }
  if (frequency === 'MONTHLY' || months.length > 0) return { ...rule, monthDays: [monthDay] }
  return { ...rule, months: [month], monthDays: [monthDay] }
}

/** The number of the day, week, month or year in which a day lies. */
const periodOf = ({ frequency, weekStart }: Rule, { day, year, month }: Looked): number => {
  if (frequency === 'DAILY') return day
  if (frequency === 'WEEKLY') return Math.floor((day - modulo(weekStart - 4, 7)) / 7)
  return frequency === 'MONTHLY' ? year * 12 + month : year
}

/** Months in which the periods of some days lie, whole. */
const monthsAround = (
  { frequency }: Rule,
  from: LocalDate,
  to: LocalDate,
): [first: number, last: number] => {
  const [first, last] = [monthIndexOf(from), monthIndexOf(to)]
  return frequency === 'YEARLY'
    ? [first - (first % 12), last - (last % 12) + 11]
    : [first - 1, last + 1]
}

/**
 * The dates in [first, last] on which a rule that starts on `startDate` happens, sorted, whatever its
 * UNTIL. They do not depend on which dates are asked for [RC10].
 */
export const datesOfRule = (
  given: Rule,
  startDate: LocalDate,
  first: LocalDate,
  last: LocalDate,
): LocalDate[] => {
  const start = lookAt(startDate)
  const from = first > startDate ? first : startDate
  const rule = completed(given, start)
  const { interval, count, positions } = rule
  const started = periodOf(rule, start)
  const found: LocalDate[] = []
  let left = count ?? Number.POSITIVE_INFINITY
  let period = started
  let fitting: Looked[] = []
  const endPeriod = () => {
    fitting.forEach((looked, index) => {
      const isChosen = positions.length === 0 || isOneOf(positions, index + 1, fitting.length)
      if (!isChosen || looked.day < start.day || left === 0) return
      left -= 1
      const date = dateOf(looked)
      if (from <= date && date <= last) found.push(date)
    })
    fitting = []
  }
  // Only what is counted is counted from the start.
  const [firstMonth, lastMonth] = monthsAround(rule, count === null ? from : startDate, last)
  for (let month = firstMonth; month <= lastMonth && left > 0; month++) {
    for (const looked of monthIn(month)) {
      const own = periodOf(rule, looked)
      if ((own - started) % interval !== 0) continue
      if (own !== period) endPeriod()
      period = own
      if (fits(rule, looked)) fitting.push(looked)
    }
  }
  endPeriod()
  return found
}
