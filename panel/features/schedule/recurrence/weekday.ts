import type { LocalDate } from '#protocol'

/** Monday is 1, Sunday is 7 (ISO 8601). */
export const isoWeekday = (date: LocalDate): number =>
  ((new Date(`${date}T00:00:00Z`).getUTCDay() + 6) % 7) + 1

/** The Monday of the week in which a date lies. */
export const mondayOf = (date: LocalDate): LocalDate => {
  const monday = new Date(`${date}T00:00:00Z`)
  monday.setUTCDate(monday.getUTCDate() - (isoWeekday(date) - 1))
  return monday.toISOString().slice(0, 10)
}
