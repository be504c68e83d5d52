import { createHash } from 'node:crypto'
import type { AreaId, Channel, Interruption, Schedule, Statement } from '#protocol'
import type { Content } from '../store/content.ts'
import type { Difference } from './changes.ts'
import type { Effect, Group } from './effect.ts'
import { loosenedIn } from './loosened.ts'
import type { Known } from './memory.ts'

const NAMED = 5
const MOST_INTERRUPTED = 20

type Unnamed<One = Statement> = One extends Statement ? Omit<One, 'id'> : never

/** A statement is named by all that it says. */
const named = (statement: Unnamed): Statement => {
  const hash = createHash('sha256').update(JSON.stringify(statement)).digest('base64url')
  return { id: `${statement.kind}-${hash.slice(0, 22)}`, ...statement } as Statement
}

const hasNoWindow = ({ broadcastWindows }: { broadcastWindows: readonly unknown[] | null }) =>
  broadcastWindows?.length === 0

/** Gathers areas that fall silent or dark, each kind of silence by itself. */
export const createSilences = () => {
  const found = new Map<string, { areas: Map<AreaId, string>; devices: number }>()
  const add = (
    channel: Channel,
    reason: 'no-window' | 'nothing-planned',
    areas: readonly (readonly [AreaId, string])[],
    devices: number,
  ) => {
    const name = `${channel} ${reason}`
    const silence = found.get(name) ?? { areas: new Map(), devices: 0 }
    for (const [id, area] of areas) silence.areas.set(id, area)
    silence.devices += devices
    found.set(name, silence)
  }
  return {
    add,

    addGroup({ before, after, devices }: Group, silenced: readonly Channel[]) {
      const areas = devices.map(({ areaId, areaPath }) => [areaId, areaPath.at(-1) ?? ''] as const)
      const isShut = hasNoWindow(after.policy) && !hasNoWindow(before.policy)
      for (const channel of after.channels) {
        if (channel === 'audio' && isShut) add(channel, 'no-window', areas, devices.length)
        else if (silenced.includes(channel)) add(channel, 'nothing-planned', areas, devices.length)
      }
    },

    list: (): Statement[] =>
      [...found].map(([name, { areas, devices }]) => {
        const [channel, reason] = name.split(' ') as [Channel, 'no-window']
        const areaNames = [...areas.values()].sort().slice(0, NAMED)
        return named({ kind: 'silence', channel, reason, devices, areas: areas.size, areaNames })
      }),
  }
}

/**
 * What must be confirmed of each emergency that is new or changed, or that something else puts on air
 * where it was not: a daypart, an area, a policy.
 */
export const emergencyStatements = (
  { schedules }: Content,
  touched: readonly Schedule[],
  effects: readonly { group: Group; effect: Effect }[],
  interruptions: readonly Interruption[],
): Statement[] => {
  const edited = new Set<string>(touched.map(({ id }) => id))
  const moved = new Set(effects.flatMap(({ effect }) => [...effect.gains.keys()]))
  return schedules
    .filter(({ id, priority }) => priority === 'emergency' && (edited.has(id) || moved.has(id)))
    .map(({ id, name, exception }) => {
      const heard = effects.filter(({ group, effect }) =>
        edited.has(id) ? group.after.schedules.some((one) => one.id === id) : effect.gains.has(id),
      )
      const times = heard.flatMap(({ effect }) =>
        [effect.gains.get(id), effect.alters.get(id)].flatMap((first) => first?.span.from ?? []),
      )
      const interrupted = interruptions.filter(({ by }) => by?.id === id)
      return named({
        kind: 'emergency',
        schedule: { id, name },
        because: exception?.reason ?? '',
        at: times.length > 0 ? Math.min(...times) : null,
        devices: heard.reduce((sum, { group }) => sum + group.devices.length, 0),
        inQuietHours: heard.some(({ effect }) => effect.breaks.get(id)?.has('quiet-hours')),
        interrupts: [...new Set(interrupted.map(({ schedule }) => schedule.name))].slice(
          0,
          MOST_INTERRUPTED,
        ),
      })
    })
}

/** Where a changed policy, or one below it, allows more than what is laid down above, and did not before. */
export const looserStatements = (
  chosen: readonly Difference[],
  before: Content,
  after: Content,
  { areas }: Pick<Known, 'areas'>,
): Statement[] => {
  const changed = new Set(
    chosen.flatMap(({ entry }) => (entry.what === 'policy' ? [entry.id] : [])),
  )
  if (changed.size === 0) return []
  const nameOf = (id: AreaId) => areas.get(id)?.name ?? id
  return after.policies.flatMap(({ id }) => {
    if (!areas.get(id)?.ids.some((above) => changed.has(above))) return []
    const known = new Set(loosenedIn(areas, before, id).map(({ key }) => key))
    return loosenedIn(areas, after, id)
      .filter(({ key }) => !known.has(key))
      .map(({ areaId, above, field }) =>
        named({ kind: 'looser', areaId, area: nameOf(areaId), above: nameOf(above), field }),
      )
  })
}

/** A policy that leaves no window, in an area where there is no loudspeaker yet. */
export const noteEmptyWindows = (
  chosen: readonly Difference[],
  silences: ReturnType<typeof createSilences>,
  { areas, devices }: Pick<Known, 'areas' | 'devices'>,
): void => {
  for (const { entry, before } of chosen) {
    if (entry.what !== 'policy' || entry.value === null) continue
    const isOld = before !== null && 'policy' in before && hasNoWindow(before.policy)
    if (!hasNoWindow(entry.value.policy) || isOld) continue
    const { id } = entry.value
    const isHeard = [...devices.values()].some(
      ({ areaIds, channels }) => areaIds.includes(id) && channels.includes('audio'),
    )
    if (isHeard) continue
    const name = areas.get(id)?.name ?? ''
    silences.add('audio', 'no-window', [[id, name]], 0)
  }
}
