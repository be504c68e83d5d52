import type { EpochMs } from '#protocol'
import type { Audience, Audiences } from './audiences.ts'
import { firstChange } from './first-change.ts'
import type { KnownDevice } from './memory.ts'
import type { Plans } from './plans.ts'

/** Devices for which the same changes in the same way, and the first instant at which it does. */
export type ChangedDevices = {
  before: Audience
  after: Audience
  devices: KnownDevice[]
  firstAt: EpochMs
}

/** Devices for which the same changes in the same way. */
export const groupsOf = (devices: Iterable<KnownDevice>, before: Audiences, after: Audiences) => {
  const groups = new Map<string, Omit<ChangedDevices, 'firstAt'>>()
  for (const device of devices) {
    const [old, fresh] = [before.of(device), after.of(device)]
    if (old.key === fresh.key) continue
    const name = `${old.key} ${fresh.key}`
    const group = groups.get(name) ?? { before: old, after: fresh, devices: [] }
    group.devices.push(device)
    groups.set(name, group)
  }
  return groups.values()
}

/** The devices on which something else is on air after a change than before, in the days that they hold. */
export async function* changedDevices(
  devices: Iterable<KnownDevice>,
  before: Audiences,
  after: Audiences,
  plans: Plans,
  now: EpochMs,
  pause: () => Promise<void> | undefined,
): AsyncGenerator<ChangedDevices> {
  for (const group of groupsOf(devices, before, after)) {
    const { programme } = after
    const firstAt = await firstChange(group, before.programme, programme, plans, now, pause)
    if (firstAt !== null) yield { ...group, firstAt }
  }
}
