import { addDays } from '#playlists'
import { AppError, type Campaign, type LocalDate, type ReportPeriod } from '#protocol'

type Days = { from: LocalDate; to: LocalDate }

const pad = (value: number): string => String(value).padStart(2, '0')

/** A month counted from 1 of a year; 0 and 13 lie in the years beside it. */
const dayOf = (year: number, month: number, day: number): LocalDate => {
  const index = year * 12 + month - 1
  return `${Math.floor(index / 12)}-${pad((index % 12) + 1)}-${pad(day)}`
}

const MONTHS = { month: 1, quarter: 3, half: 6, year: 12 } as const

/**
 * The days of a reporting time, first and last included. Decree 09/2019 closes a time on the 14th of
 * its last month and opens it on the 15th of the month before its first.
 * @param today where a phase has no end yet
 * @throws AppError not-found, period-open
 */
export const daysOfPeriod = (
  period: ReportPeriod,
  campaigns: readonly Campaign[],
  today: LocalDate,
): Days => {
  if (period.kind === 'free') return { from: period.from, to: period.to }
  if (period.kind === 'phase') {
    const phase = campaigns
      .find(({ id }) => id === period.campaignId)
      ?.phases.find(({ code }) => code === period.phase)
    if (!phase) throw new AppError('not-found', { what: 'phase' })
    if (phase.from > today) throw new AppError('period-open')
    return { from: phase.from, to: phase.to ?? today }
  }
  const months = MONTHS[period.kind]
  const first = (period.number - 1) * months + 1
  return period.calendar === 'calendar'
    ? {
        from: dayOf(period.year, first, 1),
        to: addDays(dayOf(period.year, first + months, 1), -1),
      }
    : {
        from: dayOf(period.year, first - 1, 15),
        to: dayOf(period.year, first + months - 1, 14),
      }
}
