import { addDays, dateAt, startOfDay } from '#playlists'
import { Alert, type DeviceId, type EpochMs, type TimeZone } from '#protocol'
import type { Scope } from '../store/areas.ts'
import type { Store } from '../store/store.ts'
import { STAMPED_WITHIN_DAYS } from './timestamp.ts'

/** Missed plays are an alert today and tomorrow; afterwards they are in the reports. */
const DAYS = 1
const MOST = 200
/** What looks like somebody's hand stays an alert for so long. */
const TAMPERING_MS = 7 * 86_400_000

/** A device tells every six hours that it still does not set its clock. */
const REFUSED_MS = 12 * 3_600_000

/** What the server knows of itself and no table holds. */
type Known = {
  /** Devices whose plans could not be compiled, and since when. */
  uncompiled: ReadonlyMap<DeviceId, EpochMs>
  /** Whether an authority is configured that stamps days. */
  isStamped: boolean
}

/** Days that the authority should have stamped and has not: of the office, shown to who sees all of it. */
const unstamped = async (store: Store, now: EpochMs, timeZone: TimeZone): Promise<Alert[]> => {
  const yesterday = addDays(dateAt(now, timeZone), -1)
  const days = await store.evidence.unstamped(addDays(yesterday, -STAMPED_WITHIN_DAYS))
  const [first] = days
  if (!first) return []
  const since = startOfDay(addDays(first.date, 1), timeZone)
  const about = { deviceId: null, device: '', areaPath: [], cause: null }
  return [{ ...about, kind: 'unstamped', count: days.length, since }]
}

/** The gravest first. */
const { options: GRAVITY } = Alert.shape.kind

/** What somebody should look into, the gravest first. */
export const alertsOf = async (
  store: Store,
  scope: Scope,
  now: EpochMs,
  timeZone: TimeZone,
  { uncompiled, isStamped }: Known,
): Promise<Alert[]> => {
  const since = addDays(dateAt(now, timeZone), -DAYS)
  const runs = await store.deviceAlerts.byDevice(since, scope, MOST)
  const alerts = runs.map(({ deviceId, device, area, outcome, cause, count, since }): Alert => {
    const kind = outcome === 'missed' ? 'missed' : 'unknown'
    return { kind, deviceId, device, areaPath: area.path, cause, count, since }
  })
  const lately = now - TAMPERING_MS
  const others = await store.deviceAlerts.otherSounds(lately, scope, MOST)
  const incidents = await store.deviceAlerts.contradictions(lately, scope, MOST)
  const unplanned = await store.deviceAlerts.keptApart('unplanned', lately, scope, MOST)
  const repeated = await store.deviceAlerts.keptApart('repeated', lately, scope, MOST)
  const twins = await store.deviceAlerts.twins(lately, scope, MOST)
  const unproved = await store.deviceAlerts.distrusted(
    ['welcome', 'time', 'journal'],
    lately,
    scope,
    MOST,
  )
  const aside = await store.deviceAlerts.setAside(lately, scope, MOST)
  const ahead = await store.deviceAlerts.ahead(scope, MOST)
  const refused = await store.deviceAlerts.distrusted(['step'], now - REFUSED_MS, scope, MOST)
  const unreconciled = await store.deviceAlerts.unreconciled(scope, MOST)
  const older = await store.deviceAlerts.named([...uncompiled.keys()], scope, MOST)
  const silent = await store.deviceAlerts.neverReported(scope, MOST)
  alerts.push(
    ...others.map((one): Alert => ({ ...one, kind: 'other-sound', cause: null })),
    ...incidents.map((one): Alert => ({ ...one, kind: 'contradiction', cause: null })),
    ...twins.map((one): Alert => ({ ...one, kind: 'exists-twice', cause: null })),
    ...ahead.map((one): Alert => ({ ...one, kind: 'ahead', cause: null })),
    ...unproved.map((one): Alert => ({ ...one, kind: 'unproved', cause: null })),
    ...aside.map((one): Alert => ({ ...one, kind: 'set-aside', cause: null })),
    ...refused.map((one): Alert => ({ ...one, kind: 'clock-refused', cause: null })),
    ...unplanned.map((one): Alert => ({ ...one, kind: 'unplanned', cause: null })),
    ...repeated.map((one): Alert => ({ ...one, kind: 'repeated', cause: null })),
    ...older.map((one): Alert => {
      const since = uncompiled.get(one.deviceId) ?? now
      return { ...one, kind: 'uncompiled', cause: null, count: 0, since }
    }),
    ...unreconciled.map((one): Alert => ({ ...one, kind: 'unreconciled', cause: null })),
    ...(isStamped && scope === 'everywhere' ? await unstamped(store, now, timeZone) : []),
    ...silent.map((one): Alert => ({ ...one, kind: 'never-reported', cause: null, count: 0 })),
  )
  return alerts.sort(
    (a, b) => GRAVITY.indexOf(a.kind) - GRAVITY.indexOf(b.kind) || b.count - a.count,
  )
}
