import { createHash } from 'node:crypto'
import canonicalize from 'canonicalize'
import type { Programme } from '#playlists'
import type { Channel, DayPlan, LocalDate, Sha256 } from '#protocol'
import type { Audience } from './audiences.ts'
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

/** What an audience hears follows from its key: impact, timeline and publication share plans. */
export const createPlans = (): Plans => {
  const lately = createLatelyUsed<Compiled>(MOST_PLANS)
  return (audience, programme, date, channel) =>
    lately(`${audience.key} ${channel} ${date}`, () => {
      const { timeZone, schedules, policy } = audience
      const plan = compilerFor(programme, date).day(schedules, { timeZone, channel, policy }, date)
      const body = canonicalize(plan) as string
      const sha256 = createHash('sha256').update(body).digest('hex') as Sha256
      return { plan, body, sha256 }
    })
}
