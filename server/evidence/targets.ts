import { addDays, datesFrom } from '#playlists'
import type { AreaId, Campaign, LocalDate, TargetReached } from '#protocol'
import type { CoverageQuery } from '../store/coverage.ts'
import type { Store } from '../store/store.ts'

/** The weeks, Monday to Sunday, that lie wholly in [from, to]. */
export const weeksIn = (from: LocalDate, to: LocalDate): [LocalDate, LocalDate][] =>
  datesFrom(from, to)
    .filter((date) => new Date(`${date}T00:00:00Z`).getUTCDay() === 1 && addDays(date, 6) <= to)
    .map((monday) => [monday, addDays(monday, 6)])

/** How the targets of campaigns were reached: each device that had the theme, week by week. */
export const targetsReached = async (
  store: Store,
  query: CoverageQuery,
  areaId: AreaId | undefined,
  campaigns: readonly Campaign[],
): Promise<TargetReached[]> => {
  const weeks = weeksIn(query.from, query.to)
  const above = areaId ? await store.areas.idsBelow(areaId) : undefined
  const reached: TargetReached[] = []
  for (const { targets, phases, themes } of campaigns) {
    for (const { themeId, per, count } of targets) {
      const theme = themes.find(({ id }) => id === themeId)
      const sum = { deviceWeeks: 0, met: 0 }
      for (const [monday, sunday] of weeks) {
        const isActive = phases.some(
          (phase) =>
            theme?.phases.includes(phase.code) &&
            phase.from <= sunday &&
            (phase.to === null || phase.to >= monday),
        )
        if (!isActive) continue
        const week = { ...query, areaIds: above, themeId, from: monday, to: sunday }
        const { devices, met } = await store.coverage.reached(week, { per, asked: count })
        sum.deviceWeeks += devices
        sum.met += met
      }
      const { deviceWeeks, met } = sum
      reached.push({ themeId, per, asked: count, deviceWeeks, met, missed: deviceWeeks - met })
    }
  }
  return reached
}
