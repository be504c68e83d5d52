import { startOfDay } from '#playlists'
import type { DayPlan, DeviceId, ManifestDay, Play, Sha256 } from '#protocol'
import type { Store } from '../../server/store/store.ts'
import { sha } from './builders.ts'

const ZONE = 'Asia/Ho_Chi_Minh'
const DAY_MS = 86_400_000

/** A plan that holds just these plays of one channel and one day, each in a segment of its own. */
const planOf = (plays: readonly Play[], startsAt: number): DayPlan => ({
  v: 1,
  channel: plays[0]?.channel ?? 'audio',
  segments: plays.map((play) => {
    const from = play.plannedStartAt - startsAt
    const schedule = { id: play.scheduleId, name: play.schedule }
    return {
      ...{ from, to: play.plannedEndAt - startsAt, anchor: from, repeat: false },
      items: [
        {
          ...{ assetId: play.asset.id, sha256: play.asset.sha256, mime: 'audio/ogg' },
          ...{ kind: play.asset.kind, title: play.asset.title, themes: play.themes },
          ...(play.labels && { labels: play.labels }),
          ...{ approvedBy: play.approvedBy, durationMs: play.plannedEndAt - play.plannedStartAt },
          ...{ role: play.role, gainDb: 0, fallback: null, schedule },
        },
      ],
      volume: play.volume,
      because: { schedules: [schedule], priority: play.priority, overrode: [], breaks: [] },
    }
  }),
  withheld: [],
  ceilings: [],
  blank: [],
})

/**
 * Plans in which these plays stand, as if they had been published to these devices under their revision.
 * @param issuedAt a day before the first of them, unless a test says otherwise
 */
export const planPlays = async (
  store: Pick<Store, 'manifests'>,
  deviceIds: readonly DeviceId[],
  plays: readonly Play[],
  issuedAt = Math.min(...plays.map(({ plannedStartAt }) => plannedStartAt)) - DAY_MS,
): Promise<void> => {
  const [first] = plays
  if (!first) return
  const bodies = new Map<Sha256, string>()
  const days: ManifestDay[] = []
  const dateOf = ({ plannedStartAt }: Play) =>
    new Date(plannedStartAt + 7 * 3_600_000).toISOString().slice(0, 10)
  for (const [date, together] of Map.groupBy(plays, dateOf)) {
    const startsAt = startOfDay(date, ZONE)
    const plans: ManifestDay['plans'] = {}
    for (const [channel, alike] of Map.groupBy(together, (play) => play.channel)) {
      const body = JSON.stringify(planOf(alike, startsAt))
      bodies.set(sha(body), body)
      plans[channel] = sha(body)
    }
    days.push({ date, startsAt, plans })
  }
  const { revision, device: name, area } = first
  const device = { name, area, timeZone: ZONE, channels: ['audio' as const], canvas: null }
  await store.manifests.save(
    bodies,
    [],
    deviceIds.map((deviceId) => ({ deviceId, revision, issuedAt, device, days })),
    async () => undefined,
  )
}
