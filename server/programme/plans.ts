import { createHash } from 'node:crypto'
import { type Compiler, createPlanWriter, type Programme } from '#playlists'
import type { Channel, DayPlan, LocalDate, Sha256 } from '#protocol'
import { type Audience, placeOf } from './audiences.ts'
import { compilerFor } from './compilers.ts'
import { createLatelyUsed } from './lately-used.ts'

const MOST_PLANS = 12_000

export type Compiled = { plan: DayPlan; body: string; sha256: Sha256 }

/** The plan of one channel of an audience on one day, compiled when it is not at hand. */
export type Plans = (
  audience: Audience,
  programme: Programme,
  date: LocalDate,
  channel: Channel,
) => Compiled

const writers = new WeakMap<Compiler, (plan: DayPlan) => string>()
/** Equal days of a compiler are one object: written and hashed once. */
const written = new WeakMap<DayPlan, Compiled>()

const compiledBy = (compiler: Compiler, plan: DayPlan): Compiled => {
  const known = written.get(plan)
  if (known) return known
  const write = writers.get(compiler) ?? createPlanWriter()
  writers.set(compiler, write)
  const body = write(plan)
  const sha256 = createHash('sha256').update(body).digest('hex') as Sha256
  const compiled = { plan, body, sha256 }
  written.set(plan, compiled)
  return compiled
}

/** What an audience hears follows from its key: impact, timeline and publication share plans. */
export const createPlans = (): Plans => {
  const lately = createLatelyUsed<Compiled>(MOST_PLANS)
  return (audience, programme, date, channel) =>
    lately(`${audience.key} ${channel} ${date}`, () => {
      const compiler = compilerFor(programme, date)
      return compiledBy(
        compiler,
        compiler.day(audience.schedules, placeOf(audience, channel), date),
      )
    })
}
