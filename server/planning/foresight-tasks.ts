import { addDays, proposeRotation, startOfDay } from '#playlists'
import {
  type AirEffect,
  AppError,
  type AreaId,
  type Asset,
  type Campaign,
  type CampaignId,
  type DeviceId,
  type DeviceTimeline,
  type EpochMs,
  type Explanation,
  type Impact,
  type LocalDate,
  type MakeGood,
  type Page,
  type Preview,
  type PreviewInput,
  type Proposal,
  type Schedule,
  type ScheduleId,
  type TimelineQuery,
  type TimelineRow,
  type WeekCoverage,
} from '#protocol'
import { type Rights, rightsFrom } from '../access/rights.ts'
import { airEffectOf } from '../programme/air-effect.ts'
import { type Audience, placeOf } from '../programme/audiences.ts'
import { calendarOf } from '../programme/calendar.ts'
import { applied, differences, draftToken } from '../programme/changes.ts'
import { checkPlaylist } from '../programme/check-playlist.ts'
import { checkSchedule, requireAudience } from '../programme/check-schedule.ts'
import { compilerFor } from '../programme/compilers.ts'
import { deviceTimeline } from '../programme/device-timeline.ts'
import { explain } from '../programme/explain.ts'
import { impactOf } from '../programme/impact.ts'
import { makeGoods } from '../programme/make-goods.ts'
import type { Known, KnownDevice } from '../programme/memory.ts'
import { preview } from '../programme/preview.ts'
import { select } from '../programme/selection.ts'
import { timelinePage } from '../programme/timeline-rows.ts'
import { weekCoverage } from '../programme/week-coverage.ts'
import type { Content } from '../store/content.ts'
import type { Asker, Ground, Within } from './ground.ts'

type OfCampaign = Asker & Within & { id: CampaignId; week: LocalDate }

const rightsIn = ({ grants, at }: Asker, known: Known): Rights => rightsFrom(grants, at, known)

const deviceIn = (known: Known, id: DeviceId): KnownDevice => {
  const device = known.devices.get(id)
  if (!device) throw new AppError('not-found', { what: 'device' })
  return device
}

const campaignIn = ({ draft }: Known, id: CampaignId): Campaign => {
  const found = draft.campaigns.find((campaign) => campaign.id === id)
  if (!found) throw new AppError('not-found', { what: 'campaign' })
  return found
}

/** What held at an instant: then, or from now on what is published now. */
const heldAt = async (
  at: EpochMs,
  now: EpochMs,
  { known, store, foresight }: Ground,
): Promise<{ number: number; content: Content }> => {
  if (at >= now) return { number: known.number, content: known.published }
  const number = (await store.publications.numberAt(at)) ?? 0
  return { number, content: await foresight.contentOf(number, known) }
}

const seenIn = (known: Known, rights: Rights, areaId: AreaId | undefined): KnownDevice[] =>
  [...known.devices.values()].filter(
    (device) =>
      (areaId === undefined || device.areaIds.includes(areaId)) && rights.may('see', device.areaId),
  )

/** What publishing the draft would do, as far as somebody may publish it. */
export const impact = async (
  { areaId, ...asker }: Asker & Within,
  { known, foresight }: Ground,
): Promise<Impact> => {
  const all = differences(known.published, known.draft, known)
  const { own, foreign } = select(all, 'publish', known, rightsIn(asker, known), areaId)
  const draft = draftToken(known.number, own, areaId)
  const content = foresight.named(draft, () =>
    applied(known.published, own, 'publish-needs', known.draft, known),
  )
  const effect = await impactOf(own, content, known, foresight, asker.at)
  const changes = own.map(({ change }) => change)
  return { draft, changes, foreign: foreign.length, ...effect }
}

/** What is changed on air by an asset becoming another. */
export const airEffect = async (
  { asset, after, at }: { asset: Asset; after: Asset; at: EpochMs },
  { known, foresight }: Ground,
): Promise<Omit<AirEffect, 'ownWork'>> => airEffectOf(asset, after, known, foresight, at)

export const timeline = async (
  { query, ...asker }: Asker & { query: TimelineQuery },
  { known, foresight }: Ground,
): Promise<Page<TimelineRow>> => {
  const rights = rightsIn(asker, known)
  if (query.areaId) rights.require('see', query.areaId)
  const content = query.view === 'draft' ? known.draft : known.published
  return timelinePage(query, known, rights, foresight.audiences(known, content), foresight.blocks)
}

export const deviceDay = async (
  {
    id,
    date,
    view,
    ...asker
  }: Asker & { id: DeviceId; date: LocalDate; view: 'published' | 'draft' },
  ground: Ground,
): Promise<DeviceTimeline> => {
  const { known, foresight } = ground
  const device = deviceIn(known, id)
  rightsIn(asker, known).require('see', device.areaId)
  const end = startOfDay(addDays(date, 1), device.timeZone)
  const content = view === 'draft' ? known.draft : (await heldAt(end - 1, asker.at, ground)).content
  const audiences = foresight.audiences(known, content)
  return deviceTimeline(device, audiences.of(device), audiences.programme, foresight.plans, date)
}

export const why = async (
  { id, instant, ...asker }: Asker & { id: DeviceId; instant: EpochMs },
  ground: Ground,
): Promise<Explanation> => {
  const { known, foresight } = ground
  const device = deviceIn(known, id)
  rightsIn(asker, known).require('see', device.areaId)
  const { number, content } = await heldAt(instant, asker.at, ground)
  const audiences = foresight.audiences(known, content)
  const publication = number === 0 ? null : number
  return explain(device, audiences.of(device), audiences.programme, instant, publication)
}

export const whatIf = async (
  { input, id, ...asker }: Asker & { input: PreviewInput; id: ScheduleId },
  { known, foresight }: Ground,
): Promise<Preview> => {
  requireAudience(input.schedule, rightsIn(asker, known), known)
  if (input.playlist) checkPlaylist(input.schedule.playlistId, input.playlist, known.draft, known)
  else checkSchedule(input.schedule, known.draft, known)
  const schedule: Schedule = { id, version: 1, ...input.schedule }
  return preview(input, schedule, known, foresight, asker.at)
}

export const coverage = async (
  { id, week, areaId, ...asker }: OfCampaign,
  { known, ...ground }: Ground,
): Promise<WeekCoverage> => {
  const rights = rightsIn(asker, known)
  const campaign = campaignIn(known, id)
  if (areaId) rights.require('see', areaId)
  const devices = seenIn(known, rights, areaId)
  return weekCoverage(campaign, week, devices, known, { ...ground, now: asker.at })
}

export const propose = async (
  {
    id,
    areaId,
    week,
    seed,
    ...asker
  }: Asker & {
    id: CampaignId
    areaId: AreaId
    week: LocalDate
    seed: string
  },
  { known, foresight, timeZone }: Ground,
): Promise<Proposal> => {
  const campaign = campaignIn(known, id)
  rightsIn(asker, known).require('edit', areaId)
  const audiences = foresight.audiences(known, known.draft)
  const { programme } = audiences
  const audience = audiences.inArea(areaId, known.areas.get(areaId)?.timeZone ?? timeZone)
  const place = placeOf(audience, 'audio')
  const compiler = compilerFor(programme, week)
  const planned = compiler.span(audience.schedules, place, week, addDays(week, 6))
  const devices = [...known.devices.values()].filter(
    ({ areaIds, channels }) => areaIds.includes(areaId) && channels.includes('audio'),
  ).length
  return proposeRotation({ programme, place, planned, seed, campaign, areaId, week, devices })
}

export const missed = async (
  { id, week, areaId, ...asker }: OfCampaign,
  { known, ...ground }: Ground,
): Promise<MakeGood[]> => {
  const campaign = campaignIn(known, id)
  const rights = rightsIn(asker, known)
  if (areaId) rights.require('see', areaId)
  const devices = seenIn(known, rights, areaId)
  return makeGoods(campaign, week, devices, known, { ...ground, now: asker.at })
}

/** The calendar of an area or a device; whoever asks has shown that he may read it. */
export const calendar = async (
  { of, at }: { of: { areaId: AreaId } | { deviceId: DeviceId }; at: EpochMs },
  { known, foresight }: Ground,
): Promise<string> => {
  const audiences = foresight.audiences(known, known.published)
  const inside = new Map<string, Audience>()
  const isIn = (device: KnownDevice): boolean =>
    'areaId' in of ? device.areaIds.includes(of.areaId) : device.id === of.deviceId
  for (const device of known.devices.values()) {
    if (!isIn(device)) continue
    const audience = audiences.of(device)
    inside.set(audience.key, audience)
  }
  const name =
    'areaId' in of
      ? (known.areas.get(of.areaId)?.path.join(' › ') ?? '')
      : (known.devices.get(of.deviceId)?.name ?? '')
  return calendarOf(`Loabang: ${name}`, [...inside.values()], audiences, at)
}
