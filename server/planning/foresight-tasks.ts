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
  type Withheld,
} from '#protocol'
import { type Rights, rightsFrom } from '../access/rights.ts'
import { airEffectOf } from '../programme/air-effect.ts'
import { type Audience, placeOf } from '../programme/audiences.ts'
import { calendarOf } from '../programme/calendar.ts'
import { checkPlaylist } from '../programme/check-playlist.ts'
import { checkSchedule, requireAudience } from '../programme/check-schedule.ts'
import { compilerFor } from '../programme/compilers.ts'
import { deviceTimeline } from '../programme/device-timeline.ts'
import { explain } from '../programme/explain.ts'
import { makeGoods } from '../programme/make-goods.ts'
import type { Known, KnownDevice } from '../programme/memory.ts'
import { preview } from '../programme/preview.ts'
import { referencesFrom, withoutForeignTitles } from '../programme/references.ts'
import { timelinePage } from '../programme/timeline-rows.ts'
import { weekCoverage } from '../programme/week-coverage.ts'
import { type Content, type Entry, withEntries } from '../store/content.ts'
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

/** What was withheld of other people's unapproved content is named by its schedule alone. */
const withOwnTitles = <T extends { channels: { withheld: Withheld[] }[] }>(
  told: T,
  rights: Rights,
  known: Known,
): T => {
  const shown = withoutForeignTitles(rights, known)
  const channels = told.channels.map((one) => ({ ...one, withheld: one.withheld.map(shown) }))
  return { ...told, channels }
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
  const rights = rightsIn(asker, known)
  rights.requireThing('see', device, 'device')
  const end = startOfDay(addDays(date, 1), device.timeZone)
  const content = view === 'draft' ? known.draft : (await heldAt(end - 1, asker.at, ground)).content
  const audiences = foresight.audiences(known, content)
  const { programme } = audiences
  const told = deviceTimeline(device, audiences.of(device), programme, foresight.plans, date)
  return withOwnTitles(told, rights, known)
}

export const why = async (
  { id, instant, ...asker }: Asker & { id: DeviceId; instant: EpochMs },
  ground: Ground,
): Promise<Explanation> => {
  const { known, foresight } = ground
  const device = deviceIn(known, id)
  const rights = rightsIn(asker, known)
  rights.requireThing('see', device, 'device')
  const { number, content } = await heldAt(instant, asker.at, ground)
  const audiences = foresight.audiences(known, content)
  const publication = number === 0 ? null : number
  const told = explain(device, audiences.of(device), audiences.programme, instant, publication)
  return withOwnTitles(told, rights, known)
}

export const whatIf = async (
  { input, id, ...asker }: Asker & { input: PreviewInput; id: ScheduleId },
  { known, foresight }: Ground,
): Promise<Preview> => {
  const rights = rightsIn(asker, known)
  requireAudience(input.schedule, rights, known)
  const before = known.draft.schedules.find((one) => one.id === input.replaces)
  if (before) rights.requireThing('edit', before, 'schedule')
  const { playlistId, areaId } = input.schedule
  const references = referencesFrom(areaId, rights, known, before)
  if (input.playlist) {
    rights.require('edit', input.playlist.areaId, 'playlist.areaId')
    const saved = known.draft.playlists.find((one) => one.id === playlistId)
    if (saved) rights.requireThing('edit', saved, 'playlist')
    const inList = referencesFrom(input.playlist.areaId, rights, known, saved)
    checkPlaylist(playlistId, input.playlist, known.draft, known, inList)
  }
  const asShown = input.playlist && { id: playlistId, version: 1, ...input.playlist }
  const entries: Entry[] = asShown ? [{ what: 'playlist', id: playlistId, value: asShown }] : []
  checkSchedule(input.schedule, withEntries(known.draft, entries), known, references)
  const schedule: Schedule = { id, version: 1, ...input.schedule }
  const told = await preview(input, schedule, known, foresight, asker.at)
  const shown = withoutForeignTitles(rights, known)
  const withheld = told.withheld.map((one) => ({ ...one, withheld: shown(one.withheld) }))
  return { ...told, withheld }
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

/** The calendar of an area or a device. The right to read it was checked before. */
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
