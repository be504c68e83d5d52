import { addDays, dateAt, type Programme, weekdayOf } from '#playlists'
import type { Campaign, EpochMs, LocalDate, TargetState } from '#protocol'
import type { Audience } from './audiences.ts'
import type { Plans } from './plans.ts'
import { themeCounts } from './theme-counts.ts'

/** The Monday after a day: the first week that is still whole. */
const nextWeek = (date: LocalDate): LocalDate => addDays(date, 8 - weekdayOf(date))

const runs = (campaign: Campaign, phases: readonly string[], first: LocalDate, last: LocalDate) =>
  campaign.phases.some(
    ({ code, from, to }) => phases.includes(code) && from <= last && (to === null || first <= to),
  )

/** How targets stand in the coming week on the devices of some audiences. */
export const targetStates = (
  groups: readonly { audience: Audience; devices: number }[],
  campaigns: readonly Campaign[],
  programme: Programme,
  plans: Plans,
  now: EpochMs,
): TargetState[] => {
  const asked = campaigns.filter(({ targets }) => targets.length > 0)
  if (asked.length === 0 || groups.length === 0) return []
  const counted = groups.map(({ audience, devices }) => {
    const first = nextWeek(dateAt(now, audience.timeZone))
    const counts = themeCounts(audience, programme, plans, first, addDays(first, 6))
    return { counts, devices, first }
  })
  return asked.flatMap((campaign) =>
    campaign.targets.flatMap(({ themeId, per, count }): TargetState[] => {
      const theme = campaign.themes.find(({ id }) => id === themeId)
      const first = counted[0]?.first as LocalDate
      if (!theme || !runs(campaign, theme.phases, first, addDays(first, 6))) return []
      const planned = counted.map((group) => group.counts.get(themeId)?.[per] ?? 0)
      const short = counted.filter((_group, index) => (planned[index] ?? 0) < count)
      const sum = (some: typeof counted) => some.reduce((total, { devices }) => total + devices, 0)
      const { id, code, name } = theme
      return [
        {
          campaignId: campaign.id,
          theme: { id, code, name, campaign: campaign.name },
          per,
          asked: count,
          planned: Math.round(Math.min(...planned) * 10) / 10,
          devices: sum(counted),
          devicesShort: sum(short),
        },
      ]
    }),
  )
}
