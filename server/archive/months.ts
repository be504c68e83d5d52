import { readdir } from 'node:fs/promises'
import { addDays, startOfDay } from '#playlists'
import type { EpochMs, LocalDate, TimeZone } from '#protocol'

/** A calendar month of the server's zone, YYYY-MM. */
export type Month = string

const MONTH = /^\d{4}-\d{2}$/

export const monthOf = (date: LocalDate): Month => date.slice(0, 7)

export const firstDayOf = (month: Month): LocalDate => `${month}-01` as LocalDate

/** @param count may be negative */
export const addMonths = (month: Month, count: number): Month => {
  const [year = 0, one = 0] = month.split('-').map(Number)
  const months = year * 12 + (one - 1) + count
  return `${String(Math.floor(months / 12)).padStart(4, '0')}-${String((months % 12) + 1).padStart(2, '0')}`
}

/** The month as days, both included, and as instants [from, to). */
export const spanOf = (
  month: Month,
  timeZone: TimeZone,
): { first: LocalDate; last: LocalDate; from: EpochMs; to: EpochMs } => {
  const first = firstDayOf(month)
  const next = firstDayOf(addMonths(month, 1))
  return {
    first,
    last: addDays(next, -1),
    from: startOfDay(first, timeZone),
    to: startOfDay(next, timeZone),
  }
}

/** Months that have an archive, in order; an unfinished one has another name. */
export const archivedMonths = async (folder: string): Promise<Month[]> => {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return []
    throw error
  })
  return names.filter((name) => MONTH.test(name)).sort()
}
