import { addDays, dateAt, type Missed, proposeMakeGoods, startOfDay } from '#playlists'
import type { AreaId, Campaign, EpochMs, LocalDate, MakeGood } from '#protocol'
import type { Store } from '../store/store.ts'
import { placeOf } from './audiences.ts'
import { compilerFor } from './compilers.ts'
import type { Foresight } from './foresight.ts'
import type { Known, KnownDevice } from './memory.ts'
import { createPause } from './pause.ts'
import { createCounter, stretchesOf } from './week-coverage.ts'

const DAYS_AHEAD = 7

type Deps = { foresight: Foresight; store: Store; timeZone: string; now: EpochMs }

/** Themes that devices of each area missed on the days of a week that are over. */
const missedIn = async (
  campaign: Campaign,
  week: LocalDate,
  devices: readonly KnownDevice[],
  known: Known,
  { foresight, store, timeZone, now }: Deps,
): Promise<Map<AreaId, Missed[]>> => {
  const today = dateAt(now, timeZone)
  const past = (await stretchesOf(week, known, foresight, store, timeZone, now))
    .map((stretch) => ({
      ...stretch,
      last: stretch.last < today ? stretch.last : addDays(today, -1),
    }))
    .filter(({ first, last }) => first <= last)
  const found = new Map<AreaId, Missed[]>()
  const end = past.at(-1)?.last
  if (end === undefined) return found
  const from = startOfDay(week, timeZone)
  const to = startOfDay(addDays(end, 1), timeZone)
  const themeIds = campaign.themes.map(({ id }) => id)
  const delivered = new Map<string, number>()
  for (const row of await store.plays.completedByTheme(themeIds, from, to)) {
    const name = `${row.deviceId} ${row.themeId}`
    delivered.set(name, (delivered.get(name) ?? 0) + row.plays)
  }
  const count = createCounter(past, foresight)
  const pause = createPause()
  for (const [areaId, some] of Map.groupBy(devices, (device) => device.areaId)) {
    const counts = some.map((device) => ({ device, planned: count(device) }))
    const missed = campaign.themes.flatMap(({ id, code, name }): Missed[] => {
      const lacking = counts
        .map(
          ({ device, planned }) =>
            (planned.get(id)?.plays ?? 0) - (delivered.get(`${device.id} ${id}`) ?? 0),
        )
        .filter((plays) => plays > 0)
      if (lacking.length === 0) return []
      return [
        {
          theme: { id, code, name, campaign: campaign.name },
          areaId,
          area: known.areas.get(areaId)?.name ?? '',
          // So many more make the device whole that has missed the most.
          missedPlays: Math.max(...lacking),
          devices: lacking.length,
        },
      ]
    })
    if (missed.length > 0) found.set(areaId, missed)
    await pause()
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
