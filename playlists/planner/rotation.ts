import type { AreaId, Campaign, LocalDate, Proposal, ThemeId, ThemeSnapshot } from '#protocol'
import { coverageOf } from '../foresight/coverage.ts'
import { activeThemes } from '../themes/eligibility.ts'
import { createRoom, type RoomInput } from './room.ts'

export type RotationInput = Omit<RoomInput, 'taken'> & {
  campaign: Campaign
  areaId: AreaId
  /** The Monday of the week; `planned` holds its days. */
  week: LocalDate
  /** How many devices hear it. */
  devices: number
}

type Goal = {
  theme: ThemeSnapshot
  per: 'plays' | 'minutes'
  asked: number
  planned: number
  isStuck: boolean
}

const goalsOf = ({ campaign, planned }: RotationInput): Goal[] => {
  const active = new Map(
    planned.flatMap(
      ({ date }) => [...activeThemes([campaign], date)] as [ThemeId, ThemeSnapshot][],
    ),
  )
  const covered = coverageOf(planned.map(({ plan }) => plan))
  return campaign.targets.flatMap(({ themeId, per, count }): Goal[] => {
    const theme = active.get(themeId)
    const so = covered.get(themeId)?.[per] ?? 0
    return theme ? [{ theme, per, asked: count, planned: so, isStuck: false }] : []
  })
}

const rounded = (value: number): number => Math.round(value * 1_000) / 1_000

/**
 * A rotation that brings a campaign's themes up to their targets in the free time of a week, inside the
 * windows and limits of the area: the theme that is furthest behind comes next, its clips in turn, on
 * the day on which it is heard least. The same seed gives the same rotation [PN2, PN3].
 */
export const proposeRotation = (input: RotationInput): Proposal => {
  const { campaign, areaId, week, seed, devices } = input
  const room = createRoom({ ...input, seed: `${seed} ${campaign.id} ${areaId} ${week}` })
  const goals = goalsOf(input)
  const isShort = ({ asked, planned }: Goal) => planned + 1e-6 < asked
  const next = () =>
    goals
      .filter((goal) => isShort(goal) && !goal.isStuck)
      .sort(
        (a, b) => a.planned / a.asked - b.planned / b.asked || (a.theme.id < b.theme.id ? -1 : 1),
      )[0]
  for (let goal = next(); goal; goal = next()) {
    const added = room.add(goal.theme.id)
    if (!added) {
      goal.isStuck = true
      continue
    }
    for (const other of goals) {
      if (!added.themeIds.includes(other.theme.id)) continue
      const minutes = (added.rendition?.durationMs ?? 0) / 60_000
      other.planned += other.per === 'plays' ? 1 : minutes
    }
  }
  return {
    campaignId: campaign.id,
    areaId,
    week,
    seed,
    sessions: room.sessions(),
    targets: goals.map((goal) => ({
      campaignId: campaign.id,
      theme: goal.theme,
      per: goal.per,
      asked: goal.asked,
      planned: rounded(goal.planned),
      devices,
      devicesShort: isShort(goal) ? devices : 0,
    })),
    shortfalls: goals.filter(isShort).map((goal) => ({
      theme: goal.theme,
      per: goal.per,
      missing: rounded(goal.asked - goal.planned),
      reason: room.lackOf(goal.theme.id),
    })),
  }
}
