import { addDays, startOfDay } from '#playlists'
import type { AreaId, Campaign, EpochMs, LocalDate, ThemeId, WeekCoverage } from '#protocol'
import type { Store } from '../store/store.ts'
import type { Audiences } from './audiences.ts'
import type { Foresight } from './foresight.ts'
import type { Known, KnownDevice } from './memory.ts'
import { createPause } from './pause.ts'
import { type ThemeCount, themeCounts } from './theme-counts.ts'

const DAY_MS = 86_400_000

type Stretch = { audiences: Audiences; first: LocalDate; last: LocalDate }

/** The days of a week by the publication that held on each of them; of days to come, what holds now. */
export const stretchesOf = async (
  week: LocalDate,
  known: Known,
  foresight: Foresight,
  store: Pick<Store, 'publications'>,
  timeZone: string,
  now: EpochMs,
): Promise<Stretch[]> => {
  const stretches: (Stretch & { number: number })[] = []
  for (let day = 0; day < 7; day++) {
    const date = addDays(week, day)
    const noon = startOfDay(date, timeZone) + DAY_MS / 2
    const number = noon < now ? ((await store.publications.numberAt(noon)) ?? 0) : known.number
    const last = stretches.at(-1)
    if (last?.number === number) {
      last.last = date
      continue
    }
    const content = await foresight.contentOf(number, known)
    const audiences = foresight.audiences(known, content)
    stretches.push({ number, audiences, first: date, last: date })
  }
  return stretches
}

/** Plays and minutes of themes on devices over some stretches, worked out once for each audience. */
export const createCounter = (stretches: readonly Stretch[], { plans }: Foresight) => {
  const counted = new Map<string, ReadonlyMap<ThemeId, ThemeCount>>()
  return (device: KnownDevice): Map<ThemeId, ThemeCount> => {
    const total = new Map<ThemeId, ThemeCount>()
    for (const { audiences, first, last } of stretches) {
      const audience = audiences.of(device)
      const name = `${audience.key} ${first} ${last}`
      const counts =
        counted.get(name) ?? themeCounts(audience, audiences.programme, plans, first, last)
      counted.set(name, counts)
      for (const [id, { plays, minutes }] of counts) {
        const sum = total.get(id) ?? { plays: 0, minutes: 0 }
        total.set(id, { plays: sum.plays + plays, minutes: sum.minutes + minutes })
      }
    }
    return total
  }
}

/** What a campaign has planned and delivered in one week, a row for each area that has devices. */
export const weekCoverage = async (
  campaign: Campaign,
  week: LocalDate,
  devices: readonly KnownDevice[],
  known: Known,
  deps: { foresight: Foresight; store: Store; timeZone: string; now: EpochMs },
): Promise<WeekCoverage> => {
  const { foresight, store, timeZone, now } = deps
  const stretches = await stretchesOf(week, known, foresight, store, timeZone, now)
  const count = createCounter(stretches, foresight)
  const themeIds = campaign.themes.map(({ id }) => id)
  const from = startOfDay(week, timeZone)
  const to = startOfDay(addDays(week, 7), timeZone)
  const delivered = new Map<string, number>()
  for (const { deviceId, themeId, plays } of await store.plays.completedByTheme(themeIds, from, to))
    delivered.set(`${deviceId} ${themeId}`, (delivered.get(`${deviceId} ${themeId}`) ?? 0) + plays)

  const byArea = new Map<AreaId, KnownDevice[]>()
  for (const device of devices)
    byArea.set(device.areaId, [...(byArea.get(device.areaId) ?? []), device])
  const pause = createPause()
  const rows: WeekCoverage['rows'] = []
  for (const [areaId, some] of byArea) {
    const counts = some.map(count)
    const cells = campaign.themes.map(({ id: themeId }) => {
      const targets = campaign.targets.filter((target) => target.themeId === themeId)
      const shares = targets.map(({ per, count: asked }) =>
        Math.min(...counts.map((one) => (one.get(themeId)?.[per] ?? 0) / asked)),
      )
      return {
        themeId,
        planned: counts.reduce((sum, one) => sum + (one.get(themeId)?.plays ?? 0), 0),
        delivered: some.reduce((sum, { id }) => sum + (delivered.get(`${id} ${themeId}`) ?? 0), 0),
        target: shares.length > 0 ? Math.round(Math.min(...shares) * 1_000) / 1_000 : null,
      }
    })
    const area = known.areas.get(areaId)
    rows.push({
      areaId,
      name: area?.name ?? '',
      path: area?.path ?? [],
      devices: some.length,
      cells,
    })
    await pause()
  }
  rows.sort((a, b) => (a.path.join('\n') < b.path.join('\n') ? -1 : 1))
  const themes = campaign.themes.map(({ id, code, name }) => ({
    id,
    code,
    name,
    campaign: campaign.name,
  }))
  return { campaignId: campaign.id, week, themes, rows }
}
