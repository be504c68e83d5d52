import { createHash } from 'node:crypto'
import { createPlanWriter, type Programme } from '#playlists'
import type { Channel, DayPlan, LocalDate, Sha256 } from '#protocol'
import { type Audience, placeOf } from './audiences.ts'
import { compilerFor } from './compilers.ts'

/** A plan, and on demand how it is written: only what is stored or named needs that. */
export type Compiled = { plan: DayPlan; readonly body: string; readonly sha256: Sha256 }

/** The plan of one channel of an audience on one day; equal days of a compiler are one object. */
export type Plans = (
  audience: Audience,
  programme: Programme,
  date: LocalDate,
  channel: Channel,
) => Compiled

/** Bodies are most of the memory that plans take: only the last one is kept. */
export const createPlans = (): Plans => {
  const writer = createPlanWriter()
  let last: { plan: DayPlan; body: string } | undefined
  const write = (plan: DayPlan): string => {
    if (last?.plan !== plan) last = { plan, body: writer(plan) }
    return last.body
  }
  const hashes = new WeakMap<DayPlan, Sha256>()
  const hashOf = (plan: DayPlan, body: string): Sha256 => {
    const sha256 = createHash('sha256').update(body).digest('hex') as Sha256
    hashes.set(plan, sha256)
    return sha256
  }
  return (audience, programme, date, channel) => {
    const compiler = compilerFor(programme, date)
    const plan = compiler.day(audience.schedules, placeOf(audience, channel), date)
    return {
      plan,
      get body() {
        return write(plan)
      },
      get sha256() {
        return hashes.get(plan) ?? hashOf(plan, write(plan))
      },
    }
  }
}
