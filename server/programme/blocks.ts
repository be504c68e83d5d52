import { addDays, type Programme, startOfDay } from '#playlists'
import type { Block, Channel, LocalDate, Schedule, Span } from '#protocol'
import type { Audience } from './audiences.ts'
import { createLatelyUsed } from './lately-used.ts'
import type { Plans } from './plans.ts'
import { type Window, windowsOf } from './windows.ts'

const MOST_DAYS = 30_000

/** A block as one audience has it, before it is known how many devices that are. */
export type AudienceBlock = Omit<Block, 'devices' | 'isDraft'>

const clipped = (span: Span, { from, to }: Span): Span => ({
  from: Math.max(span.from, from),
  to: Math.min(span.to, to),
})

const isSpan = ({ from, to }: Span): boolean => from < to

type Laid = { schedule: Schedule; channel: Channel; window: Window }

/** The blocks of the windows that begin on one date. */
const blocksOn = (
  audience: Audience,
  programme: Programme,
  plans: Plans,
  date: LocalDate,
): AudienceBlock[] => {
  const laid: Laid[] = audience.schedules.flatMap((schedule) => {
    const channel = programme.playlists.get(schedule.playlistId)?.channel
    if (!channel || !audience.channels.includes(channel)) return []
    return windowsOf(schedule, audience, date, date).map((window) => ({
      schedule,
      channel,
      window,
    }))
  })
  const onAir = (channel: Channel) =>
    [date, addDays(date, 1)].flatMap((day) => {
      const startsAt = startOfDay(day, audience.timeZone)
      return plans(audience, programme, day, channel).plan.segments.map((segment) => ({
        segment,
        from: startsAt + segment.from,
        to: startsAt + segment.to,
      }))
    })
  const heard = { audio: onAir('audio'), screen: onAir('screen') }

  return laid.map(({ schedule, channel, window }) => {
    const inside = heard[channel].filter((span) => window.from < span.to && span.from < window.to)
    const isOwn = ({ segment }: (typeof inside)[number]) =>
      segment.because.schedules.some(({ id }) => id === schedule.id)
    const isAbove = ({ segment }: (typeof inside)[number]) =>
      !isOwn({ segment, from: 0, to: 0 }) && segment.because.overrode.includes(schedule.name)
    const own = inside.filter(isOwn)
    const codes = own.flatMap(({ segment }) =>
      segment.items
        .filter((item) => item.schedule.id === schedule.id)
        .flatMap((item) => item.themes.map(({ code }) => code)),
    )
    const { plan } = plans(audience, programme, date, channel)
    const isConflict =
      channel === 'audio' &&
      laid.some(
        (other) =>
          other.schedule.id !== schedule.id &&
          other.channel === channel &&
          other.schedule.priority === schedule.priority &&
          other.window.from < window.to &&
          window.from < other.window.to,
      )
    return {
      from: window.from,
      to: window.to,
      schedule: { id: schedule.id, name: schedule.name },
      channel,
      priority: schedule.priority,
      themeCodes: [...new Set(codes)].sort(),
      withheld: plan.withheld.filter(({ scheduleId }) => scheduleId === schedule.id).length,
      overridden: inside
        .filter(isAbove)
        .map((span) => clipped(span, window))
        .filter(isSpan),
      isConflict,
    }
  })
}

export type Blocks = ReturnType<typeof createBlocks>

/** Blocks of audiences by date, kept while they are asked for. */
export const createBlocks = (plans: Plans) => {
  const lately = createLatelyUsed<AudienceBlock[]>(MOST_DAYS)
  return (audience: Audience, programme: Programme, date: LocalDate): AudienceBlock[] =>
    lately(`${audience.key} ${date}`, () => blocksOn(audience, programme, plans, date))
}
