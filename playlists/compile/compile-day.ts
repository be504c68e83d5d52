import {
  type Asset,
  type AssetId,
  type Campaign,
  type Channel,
  type DayPlan,
  DEFAULT_SLIDE_MS,
  type LocalDate,
  type PlanItem,
  type Playlist,
  type PlaylistId,
  type PlaylistItem,
  type Schedule,
  type ThemeId,
  type ThemeSnapshot,
  type TimeZone,
  type Withheld,
} from '#protocol'
import { addDays, instantAt, startOfDay } from '../recurrence/local-time.ts'
import { datesOf } from '../recurrence/occurrences.ts'
import { activeThemes, eligibility } from '../themes/eligibility.ts'
import { type Claim, layer } from './layer.ts'
import { airtimeMs } from './sequence.ts'

/** Everything that decides what is on air. */
export type Programme = {
  playlists: ReadonlyMap<PlaylistId, Playlist>
  assets: ReadonlyMap<AssetId, Asset>
  campaigns: readonly Campaign[]
}

type Day = { date: LocalDate; timeZone: TimeZone; channel: Channel }

type AssetItem = Extract<PlaylistItem, { kind: 'asset' }>

const planItem = (
  schedule: Schedule,
  asset: Asset,
  item: AssetItem,
  active: ReadonlyMap<ThemeId, ThemeSnapshot>,
): PlanItem | undefined => {
  const { rendition, kind } = asset
  if (!rendition || !kind) return undefined
  return {
    assetId: asset.id,
    sha256: rendition.sha256,
    mime: rendition.mime,
    kind,
    title: asset.title,
    themes: asset.themeIds.flatMap((id) => active.get(id) ?? []),
    labels: { language: asset.language, strand: asset.strand, sector: asset.sector },
    approvedBy: asset.approval.by ?? '',
    durationMs: rendition.durationMs ?? item.durationMs ?? DEFAULT_SLIDE_MS,
    role: 'item',
    gainDb: item.gainDb,
    fallback: null,
    schedule: { id: schedule.id, name: schedule.name },
  }
}

/** The items of a schedule that may be played on a date, and those that may not. */
const itemsOn = (schedule: Schedule, date: LocalDate, programme: Programme) => {
  const active = activeThemes(programme.campaigns, date)
  const items: PlanItem[] = []
  const withheld: Withheld[] = []
  for (const entry of programme.playlists.get(schedule.playlistId)?.items ?? []) {
    if (entry.kind !== 'asset') continue
    const asset = programme.assets.get(entry.assetId)
    const verdict = eligibility(asset, date, active)
    const item = asset && verdict.eligible ? planItem(schedule, asset, entry, active) : undefined
    if (item) items.push(item)
    else withheld.push(withhold(schedule, entry.assetId, asset?.title ?? '', verdict))
  }
  return { items, withheld }
}

const withhold = (
  schedule: Schedule,
  assetId: AssetId,
  title: string,
  verdict: ReturnType<typeof eligibility>,
): Withheld => ({
  scheduleId: schedule.id,
  schedule: schedule.name,
  assetId,
  title,
  at: null,
  reason: verdict.eligible ? 'asset-missing' : verdict.reason,
})

/** What one window of a schedule asks of a day: a claim, or nothing but what was withheld. */
const claimOf = (schedule: Schedule, windowDate: LocalDate, day: Day, programme: Programme) => {
  const { startTime, endTime } = schedule.time
  const dayStart = startOfDay(day.date, day.timeZone)
  const dayMs = startOfDay(addDays(day.date, 1), day.timeZone) - dayStart
  const start = instantAt(windowDate, startTime, day.timeZone) - dayStart
  const isOvernight = endTime <= startTime
  const endDate = isOvernight ? addDays(windowDate, 1) : windowDate
  const end = instantAt(endDate, endTime, day.timeZone) - dayStart

  const { items: eligible, withheld } = itemsOn(schedule, windowDate, programme)
  const items: PlanItem[] = []
  for (const item of eligible) {
    const isTooLong = day.channel === 'audio' && item.durationMs > end - start
    if (!isTooLong) items.push(item)
    else
      withheld.push({
        ...withhold(schedule, item.assetId, item.title, { eligible: true }),
        reason: 'too-long',
      })
  }
  const airtime = airtimeMs(items, end - start, schedule.fill, day.channel)
  const from = Math.max(0, start)
  const to = Math.min(dayMs, start + airtime)
  const claim: Claim | undefined =
    from < to
      ? {
          from,
          to,
          anchor: start,
          windowStart: start,
          repeat: schedule.fill === 'repeat',
          items,
          volume: schedule.volume,
          scheduleId: schedule.id,
          schedule: schedule.name,
          priority: schedule.priority,
        }
      : undefined
  return { claim, withheld }
}

const byIdentity = (a: Withheld, b: Withheld): number => {
  const left = `${a.scheduleId} ${a.assetId} ${a.reason}`
  const right = `${b.scheduleId} ${b.assetId} ${b.reason}`
  return left < right ? -1 : Number(left > right)
}

/**
 * The timeline of one channel on one local day, from the schedules whose audience holds the device.
 * Pure: the same inputs in any order give an equal plan [CP1].
 */
export const compileDay = (
  schedules: readonly Schedule[],
  programme: Programme,
  day: Day,
): DayPlan => {
  const claims: Claim[] = []
  const withheld: Withheld[] = []
  for (const schedule of schedules) {
    if (programme.playlists.get(schedule.playlistId)?.channel !== day.channel) continue
    for (const windowDate of datesOf(schedule.time, addDays(day.date, -1), day.date)) {
      const asked = claimOf(schedule, windowDate, day, programme)
      if (asked.claim) claims.push(asked.claim)
      if (windowDate === day.date) withheld.push(...asked.withheld)
    }
  }
  return {
    v: 1,
    channel: day.channel,
    segments: layer(claims),
    withheld: withheld.sort(byIdentity),
    ceilings: [],
    blank: [],
  }
}
