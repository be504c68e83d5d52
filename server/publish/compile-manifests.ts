import { createHash } from 'node:crypto'
import canonicalize from 'canonicalize'
import { addDays, compileDay, dateAt, datesFrom, type Programme, startOfDay } from '#playlists'
import {
  type Channel,
  type DayPlan,
  type EpochMs,
  type Manifest,
  NO_POLICY,
  type Schedule,
  type Sha256,
} from '#protocol'
import type { PlacedDevice } from '../store/devices.ts'
import { audienceKey, schedulesFor } from './audience.ts'

/** A device that loses its network today goes on for this many days. */
const DAYS_AHEAD = 34
/** Yesterday stays in, so that an item which crosses midnight keeps its beginning. */
const DAYS_BEHIND = 1

/** A manifest before it has got its number and date. */
export type ManifestContent = Omit<Manifest, 'revision' | 'issuedAt'>

export type Compiled = {
  plans: Map<Sha256, string>
  manifests: ManifestContent[]
}

type Week = { days: ManifestContent['days']; media: ManifestContent['media']; playUntil: EpochMs }

const mediaOf = (plan: DayPlan) =>
  plan.segments.flatMap((segment) => segment.items.map(({ sha256, mime }) => ({ sha256, mime })))

/**
 * Compiles the plans of the coming days for some devices: once per audience, not once per device.
 * Yields to the event loop between days.
 */
export const compileManifests = async (
  devices: readonly PlacedDevice[],
  schedules: readonly Schedule[],
  programme: Programme,
  now: EpochMs,
): Promise<Compiled> => {
  const plans = new Map<Sha256, string>()
  const audiences = new Map<string, Promise<Week>>()
  const bytesOf = new Map<Sha256, number>()
  for (const { rendition } of programme.assets.values()) {
    if (rendition) bytesOf.set(rendition.sha256, rendition.bytes)
  }

  const compileWeek = async (
    timeZone: string,
    channels: readonly Channel[],
    heard: readonly Schedule[],
  ): Promise<Week> => {
    const today = dateAt(now, timeZone)
    const last = addDays(today, DAYS_AHEAD)
    const media = new Map<Sha256, string>()
    const days: Week['days'] = []
    for (const date of datesFrom(addDays(today, -DAYS_BEHIND), last)) {
      const day: Week['days'][number] = { date, startsAt: startOfDay(date, timeZone), plans: {} }
      for (const channel of channels) {
        const plan = compileDay(heard, programme, {
          date,
          timeZone,
          channel,
          policy: NO_POLICY,
        })
        if (plan.segments.length === 0) continue
        const body = canonicalize(plan) as string
        const sha256 = createHash('sha256').update(body).digest('hex') as Sha256
        plans.set(sha256, body)
        day.plans[channel] = sha256
        for (const item of mediaOf(plan)) media.set(item.sha256, item.mime)
      }
      days.push(day)
      await new Promise((resolve) => setImmediate(resolve))
    }
    return {
      days,
      playUntil: startOfDay(addDays(last, 1), timeZone),
      media: [...media]
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([sha256, mime]) => ({ sha256, mime, bytes: bytesOf.get(sha256) ?? 0 })),
    }
  }

  const manifests: ManifestContent[] = []
  for (const device of devices) {
    const { timeZone, channels } = device
    const heard = schedulesFor(device, schedules)
    const key = `${channels.join()} ${audienceKey(
      timeZone,
      heard.map(({ id }) => id),
    )}`
    const week = audiences.get(key) ?? compileWeek(timeZone, channels, heard)
    audiences.set(key, week)
    manifests.push({
      v: 1,
      deviceId: device.id,
      device: {
        name: device.name,
        area: { id: device.areaId, code: device.areaCode, path: device.areaPath },
        timeZone,
        channels: [...channels],
        canvas: device.canvas,
      },
      ...(await week),
    })
  }
  return { plans, manifests }
}
