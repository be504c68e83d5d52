import type { TFunction } from 'i18next'
import { useTranslation } from 'react-i18next'
import type { Channel, NewSchedule, TimeRule } from '#protocol'
import { dayOf } from '../../../ui/when.ts'
import { type Reach, useReach } from '../use-reach.ts'
import { inOrder, LAST_DAY, readRule } from './rule.ts'

type Weekday = 1 | 2 | 3 | 4 | 5 | 6 | 7
type Nth = 1 | 2 | 3 | 4 | -1

/** "Thứ 2–Thứ 7", "Thứ 2, Thứ 4". */
const weekdayWords = (weekdays: readonly number[], t: TFunction): string => {
  const runs: number[][] = []
  for (const day of weekdays.toSorted()) {
    const run = runs.at(-1)
    if (run && run.at(-1) === day - 1) run.push(day)
    else runs.push([day])
  }
  const word = (day: number | undefined) => t(`schedule.weekday.d${day as Weekday}`)
  return runs
    .map((run) =>
      run.length > 2 ? `${word(run[0])}–${word(run.at(-1))}` : run.map(word).join(', '),
    )
    .join(', ')
}

/** On which days, in words. */
export const daysInWords = (time: NewSchedule['time'], t: TFunction): string => {
  const rule = readRule(time.rrule, time.startDate)
  switch (rule.kind) {
    case 'once':
      return t('schedule.sentence.once', { date: dayOf(time.startDate) })
    case 'daily':
      return rule.interval > 1
        ? t('schedule.sentence.dailyEvery', { count: rule.interval })
        : t('schedule.sentence.daily')
    case 'weekly': {
      const days = weekdayWords(rule.weekdays, t)
      return rule.interval > 1
        ? t('schedule.sentence.weeklyEvery', { count: rule.interval, days })
        : t('schedule.sentence.weekly', { days })
    }
    case 'monthly': {
      const days = inOrder(rule.monthDays)
        .map((day) => (day === LAST_DAY ? t('schedule.sentence.lastDay') : day))
        .join(', ')
      return rule.interval > 1
        ? t('schedule.sentence.monthlyEvery', { count: rule.interval, days })
        : t('schedule.sentence.monthly', { days })
    }
    case 'monthlyByWeekday': {
      const nths = rule.nths.map((nth) => t(`schedule.nth.n${nth as Nth}`))
      const days = rule.weekdays
        .map((day) =>
          t('schedule.sentence.nthWeekday', {
            nths: nths.join(', '),
            day: t(`schedule.weekday.d${day as Weekday}`),
          }),
        )
        .join('; ')
      return rule.interval > 1
        ? t('schedule.sentence.monthlyByWeekdayEvery', { count: rule.interval, days })
        : t('schedule.sentence.monthlyByWeekday', { days })
    }
    case 'other':
      return t('schedule.sentence.other', { rule: rule.rrule })
  }
}

const timeInWords = (time: NewSchedule['time'], daypart: string | undefined, t: TFunction) => {
  const [from, to] = [time.startTime.slice(0, 5), time.endTime.slice(0, 5)]
  if (time.daypart)
    return t('schedule.sentence.daypart', { name: daypart ?? time.daypart, from, to })
  return to <= from ? t('schedule.sentence.overnight', { from, to }) : `${from}–${to}`
}

const reachInWords = ({ devices, where }: Reach, channel: Channel, t: TFunction): string => {
  if (devices === null) return '…'
  return channel === 'audio'
    ? t('schedule.sentence.speakers', { count: devices, where })
    : t('schedule.sentence.boards', { count: devices, where })
}

const untilOf = (time: TimeRule | NewSchedule['time']): string | null => {
  const rule = readRule(time.rrule, time.startDate)
  return 'until' in rule ? rule.until : null
}

/** "Mỗi Thứ 2–Thứ 7, 05:00–05:20, 42 cụm loa huyện Gò Quao, đến 31/12/2024" */
export const useSentence = () => {
  const { t } = useTranslation()
  const reachOf = useReach()
  return (schedule: NewSchedule, channel: Channel, daypart?: string): string => {
    const { time, repeats, cadence } = schedule
    const until = untilOf(time)
    const parts = [
      daysInWords(time, t),
      timeInWords(time, daypart, t),
      reachInWords(reachOf(schedule.audience, channel), channel, t),
      until && t('schedule.sentence.until', { date: dayOf(until) }),
      time.exceptDates.length > 0 &&
        t('schedule.sentence.except', { count: time.exceptDates.length }),
      time.extraDates.length > 0 && t('schedule.sentence.extra', { count: time.extraDates.length }),
      cadence?.kind === 'interval' &&
        t('schedule.sentence.cadenceInterval', { minutes: cadence.minutes }),
      cadence?.kind === 'hourly' &&
        t('schedule.sentence.cadenceHourly', {
          minute: `:${String(cadence.minute).padStart(2, '0')}`,
        }),
      repeats &&
        repeats.count > 1 &&
        t('schedule.sentence.repeats', { count: repeats.count, gap: repeats.gapMs / 60_000 }),
    ]
    return parts.filter(Boolean).join(', ')
  }
}
