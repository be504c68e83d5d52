import { addDays, dateAt } from '#playlists'
import { Alert, type DeviceId, type EpochMs, type TimeZone } from '#protocol'
import type { Scope } from '../store/areas.ts'
import type { Store } from '../store/store.ts'

/** Missed plays are an alert today and tomorrow; afterwards they are in the reports. */
const DAYS = 1
const MOST = 200
/** What looks like somebody's hand stays an alert for so long. */
const TAMPERING_MS = 7 * 86_400_000

/** A device tells every six hours that it still does not set its clock. */
const REFUSED_MS = 12 * 3_600_000

/** The gravest first. */
const { options: GRAVITY } = Alert.shape.kind

/**
 * What somebody should look into, the gravest first.
 * @param uncompiled devices whose plans could not be compiled, and since when
 */
export const alertsOf = async (
  store: Store,
  scope: Scope,
  now: EpochMs,
  timeZone: TimeZone,
  uncompiled: ReadonlyMap<DeviceId, EpochMs>,
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
    ...silent.map((one): Alert => ({ ...one, kind: 'never-reported', cause: null, count: 0 })),
  )
  return alerts.sort(
    (a, b) => GRAVITY.indexOf(a.kind) - GRAVITY.indexOf(b.kind) || b.count - a.count,
  )
}
