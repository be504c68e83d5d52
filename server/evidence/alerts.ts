import { addDays, dateAt } from '#playlists'
import { Alert, type EpochMs, type TimeZone } from '#protocol'
import type { Scope } from '../store/areas.ts'
import type { Store } from '../store/store.ts'

/** Missed plays are an alert today and tomorrow; afterwards they are in the reports. */
const DAYS = 1
const MOST = 200
/** What looks like somebody's hand stays an alert for so long. */
const TAMPERING_MS = 7 * 86_400_000

/** The gravest first. */
const { options: GRAVITY } = Alert.shape.kind

/** What somebody should look into, the gravest first. */
export const alertsOf = async (
  store: Store,
  scope: Scope,
  now: EpochMs,
  timeZone: TimeZone,
): Promise<Alert[]> => {
  const since = addDays(dateAt(now, timeZone), -DAYS)
  const runs = await store.missing.byDevice(since, scope, MOST)
  const alerts = runs.map(({ deviceId, device, area, outcome, cause, count, since }): Alert => {
    const kind = outcome === 'missed' ? 'missed' : 'unknown'
    return { kind, deviceId, device, areaPath: area.path, cause, count, since }
  })
  const lately = now - TAMPERING_MS
  const others = await store.missing.otherSounds(lately, scope, MOST)
  const incidents = await store.missing.contradictions(lately, scope, MOST)
  const silent = await store.missing.neverReported(scope, MOST)
  alerts.push(
    ...others.map((one): Alert => ({ ...one, kind: 'other-sound', cause: null })),
    ...incidents.map((one): Alert => ({ ...one, kind: 'contradiction', cause: null })),
    ...silent.map((one): Alert => ({ ...one, kind: 'never-reported', cause: null, count: 0 })),
  )
  return alerts.sort(
    (a, b) => GRAVITY.indexOf(a.kind) - GRAVITY.indexOf(b.kind) || b.count - a.count,
  )
}
