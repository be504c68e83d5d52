import { addDays, dateAt, type Missed, proposeMakeGoods } from '#playlists'
import type { AreaId, Campaign, EpochMs, LocalDate, MakeGood } from '#protocol'
import type { Store } from '../store/store.ts'
import { placeOf } from './audiences.ts'
import { compilerFor } from './compilers.ts'
import type { Foresight } from './foresight.ts'
import type { Known, KnownDevice } from './memory.ts'
import { createPause } from './pause.ts'

const DAYS_AHEAD = 7

type Deps = { foresight: Foresight; store: Store; timeZone: string; now: EpochMs }

/**
 * Themes that devices of each area missed on the days of a week that are over, as their statements
 * say. What a device has not reported yet is not known to be missed.
 */
const missedIn = async (
  campaign: Campaign,
  week: LocalDate,
  devices: readonly KnownDevice[],
  known: Known,
  { store, timeZone, now }: Deps,
): Promise<Map<AreaId, Missed[]>> => {
  const found = new Map<AreaId, Missed[]>()
  const yesterday = addDays(dateAt(now, timeZone), -1)
  const [last] = [addDays(week, 6), yesterday].toSorted() as [LocalDate, LocalDate]
  if (last < week) return found
  const themeIds = campaign.themes.map(({ id }) => id)
  const lacking = await store.missing.lackingByTheme(themeIds, week, last)
  const playsOf = new Map(lacking.map((row) => [`${row.deviceId} ${row.themeId}`, row.plays]))
  for (const [areaId, some] of Map.groupBy(devices, (device) => device.areaId)) {
    const missed = campaign.themes.flatMap(({ id, code, name }): Missed[] => {
      const plays = some.flatMap((device) => playsOf.get(`${device.id} ${id}`) ?? [])
      if (plays.length === 0) return []
      return [
        {
          theme: { id, code, name, campaign: campaign.name },
          areaId,
          area: known.areas.get(areaId)?.name ?? '',
          // So many more make the device whole that has missed the most.
          missedPlays: Math.max(...plays),
          devices: plays.length,
        },
      ]
    })
    if (missed.length > 0) found.set(areaId, missed)
  }
  return found
}

/** What was missed of a campaign in a week, and free time for it in the coming days. */
export const makeGoods = async (
  campaign: Campaign,
  week: LocalDate,
  devices: readonly KnownDevice[],
  known: Known,
  deps: Deps,
): Promise<MakeGood[]> => {
  const missed = await missedIn(campaign, week, devices, known, deps)
  const audiences = deps.foresight.audiences(known, known.draft)
  const { programme } = audiences
  const pause = createPause()
  const proposals: MakeGood[] = []
  for (const [areaId, themes] of missed) {
    const timeZone = known.areas.get(areaId)?.timeZone ?? deps.timeZone
    const audience = audiences.inArea(areaId, timeZone)
    const place = placeOf(audience, 'audio')
    const first = addDays(dateAt(deps.now, timeZone), 1)
    const planned = compilerFor(programme, first).span(
      audience.schedules,
      place,
      first,
      addDays(first, DAYS_AHEAD - 1),
    )
    const seed = `${campaign.id} ${week} ${areaId}`
    proposals.push(...proposeMakeGoods(themes, { programme, place, planned, seed }))
    await pause()
  }
  return proposals
}
