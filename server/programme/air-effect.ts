import { addDays, dateAt, datesFrom, startOfDay } from '#playlists'
import type { AirEffect, AreaId, Asset, EpochMs, PlanItem, Segment } from '#protocol'
import { holdersOf } from './asset-use.ts'
import { type Audience, type Audiences, createAudiences } from './audiences.ts'
import { changedDevices } from './changed-devices.ts'
import type { Foresight } from './foresight.ts'
import type { Known } from './memory.ts'
import { createPause } from './pause.ts'

/** Next times of schedules are looked for on so many days. */
const LOOKED_AT_DAYS = 7

type AreaEffect = AirEffect['areas'][number]
type ScheduleEffect = AirEffect['schedules'][number]

const plays = (item: PlanItem, asset: Asset): boolean =>
  item.assetId === asset.id || item.fallback?.sha256 === asset.rendition?.sha256

/** The positions from `from` on at which a segment has an asset on air, by the schedule that asked for it. */
const nextIn = (segment: Segment, asset: Asset, from: number): Map<string, number> => {
  const found = new Map<string, number>()
  const loopMs = segment.items.reduce((sum, { durationMs }) => sum + durationMs, 0)
  const since = Math.max(segment.from, from)
  let at = segment.anchor
  for (const item of segment.items) {
    const rounds = segment.repeat
      ? Math.max(0, Math.floor((since - at - item.durationMs) / loopMs) + 1)
      : 0
    const next = Math.max(at + rounds * loopMs, since)
    const isOver = at + rounds * loopMs + item.durationMs <= since
    at += item.durationMs
    if (isOver || next >= segment.to || !plays(item, asset)) continue
    const { id } = item.schedule
    found.set(id, Math.min(found.get(id) ?? Number.POSITIVE_INFINITY, next))
  }
  return found
}

/** What is changed on air by an asset becoming another: approved, withdrawn, or edited and so neither. */
export const airEffectOf = async (
  asset: Asset,
  after: Asset,
  known: Known,
  foresight: Foresight,
  now: EpochMs,
): Promise<Omit<AirEffect, 'ownWork'>> => {
  const content = known.published
  const assets = new Map(known.assets).set(asset.id, after)
  const before = foresight.audiences(known, content)
  const changed = createAudiences({ ...known, assets }, content)
  // What is heard of it is in the plans of that side on which it is approved.
  const isAdded = after.approval.state === 'approved'
  const pause = createPause()
  const areas = new Map<AreaId, AreaEffect>()
  const nextAt = new Map<string, EpochMs>()
  let devices = 0

  const look = async (audience: Audience, { programme }: Audiences) => {
    const { timeZone, channels } = audience
    const today = dateAt(now, timeZone)
    for (const date of datesFrom(today, addDays(today, LOOKED_AT_DAYS - 1))) {
      const startsAt = startOfDay(date, timeZone)
      for (const channel of channels) {
        const { plan } = foresight.plans(audience, programme, date, channel)
        for (const segment of plan.segments) {
          if (startsAt + segment.to <= now) continue
          for (const [id, position] of nextIn(segment, asset, now - startsAt)) {
            const at = startsAt + position
            nextAt.set(id, Math.min(nextAt.get(id) ?? Number.POSITIVE_INFINITY, at))
          }
        }
      }
      await pause()
    }
  }

  const all = known.devices.values()
  for await (const group of changedDevices(all, before, changed, foresight.plans, now, pause)) {
    const { firstAt } = group
    devices += group.devices.length
    for (const { areaId, areaPath, timeZone } of group.devices) {
      const area = areas.get(areaId)
      if (area) {
        area.devices += 1
        area.firstAt = Math.min(area.firstAt, firstAt)
      } else areas.set(areaId, { areaId, path: [...areaPath], timeZone, devices: 1, firstAt })
    }
    await (isAdded ? look(group.after, changed) : look(group.before, before))
  }

  const { playlists, schedules, stations, relays } = holdersOf(asset.id, content, known)
  const listed = [...areas.values()].sort((a, b) => a.firstAt - b.firstAt)
  return {
    devices,
    firstAt: listed[0]?.firstAt ?? null,
    areas: listed,
    playlists: playlists.map(({ id, name }) => ({ id, name })),
    schedules: schedules
      .map(({ id, name, areaId }): ScheduleEffect => {
        const timeZone = known.areas.get(areaId)?.timeZone ?? 'Asia/Ho_Chi_Minh'
        return { id, name, nextAt: nextAt.get(id) ?? null, timeZone }
      })
      .sort((a, b) => (a.nextAt ?? Infinity) - (b.nextAt ?? Infinity)),
    stations: stations.map(({ id }) => ({ areaId: id, name: known.areas.get(id)?.name ?? id })),
    relays: relays.map(({ id, title }) => ({ id, title })),
  }
}
