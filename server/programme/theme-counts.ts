import { coverageOf, datesFrom, type Programme, type ThemeCoverage } from '#playlists'
import type { LocalDate, ThemeId } from '#protocol'
import type { Audience } from './audiences.ts'
import type { Plans } from './plans.ts'

export type ThemeCount = Pick<ThemeCoverage, 'plays' | 'minutes'>

/** Plays and minutes of each theme on one device of an audience on some days. */
export const themeCounts = (
  audience: Audience,
  programme: Programme,
  plans: Plans,
  first: LocalDate,
  last: LocalDate,
): ReadonlyMap<ThemeId, ThemeCount> =>
  coverageOf(
    datesFrom(first, last).flatMap((date) =>
      audience.channels.map((channel) => plans(audience, programme, date, channel).plan),
    ),
  )
