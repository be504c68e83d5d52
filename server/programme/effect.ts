import { addDays, bandsOf, dateAt, datesFrom, type Programme, startOfDay } from '#playlists'
import {
  type Channel,
  type DayMs,
  type DayPlan,
  type EpochMs,
  HORIZON_DAYS,
  type LocalDate,
  type PolicyBreak,
  type ScheduleRef,
  type Segment,
  type Span,
  type TimeZone,
} from '#protocol'
import { type Audience, placeOf } from './audiences.ts'
import { compilerFor } from './compilers.ts'
import { type DayDifference, differenceOf, isOnAir } from './day-difference.ts'
import type { Foresight } from './foresight.ts'
import type { Interruptions } from './interruptions.ts'
import type { KnownDevice } from './memory.ts'

/** Devices for which the same changes in the same way. */
export type Group = { before: Audience; after: Audience; devices: readonly KnownDevice[] }

type First = { schedule: ScheduleRef; span: Span }

/** What changes for a group, each thing with its first time. */
export type Effect = {
  /** The first instant at which something else is heard or seen; null where nothing ever is. */
  firstAt: EpochMs | null
  gains: Map<string, First>
  losses: Map<string, First>
  alters: Map<string, First>
  /** Channels on which something was on air and nothing is any more. */
  silenced: Channel[]
  /** What of policy each schedule breaks. */
  breaks: Map<string, Set<PolicyBreak>>
}

/** Some days and channels. */
type Looked = { channels: readonly Channel[]; from: LocalDate; to: LocalDate }

type Asked = {
  before: Programme
  after: Programme
  foresight: Pick<Foresight, 'plans' | 'blocks'>
  /** Schedules that are edited: what takes time from them, and what they break, is looked for too. */
  edited: ReadonlySet<string>
  interruptions: Interruptions
  now: EpochMs
  pause: () => Promise<void> | undefined
  /** Told of every plan as it would be. */
  onPlan?: (plan: DayPlan, date: LocalDate, group: Group) => void
}

const note = (found: Map<string, First>, schedule: ScheduleRef, span: Span) => {
  const known = found.get(schedule.id)
  if (!known || span.from < known.span.from) found.set(schedule.id, { schedule, span })
}

type Day = { date: LocalDate; startsAt: EpochMs }

/** The days that devices hold: all that is said before something is published is about them. */
const horizonOf = (timeZone: TimeZone, now: EpochMs): Day[] => {
  const today = dateAt(now, timeZone)
  return daysOf(timeZone, today, addDays(today, HORIZON_DAYS - 1))
}

const daysOf = (timeZone: TimeZone, first: LocalDate, last: LocalDate): Day[] =>
  datesFrom(first, last).map((date) => ({ date, startsAt: startOfDay(date, timeZone) }))

/** What of policy is broken by what is still to be heard of a day. */
const noteBreaks = ({ segments }: DayPlan, position: DayMs, effect: Effect) => {
  for (const { because, to } of segments) {
    if (to <= position || because.breaks.length === 0) continue
    for (const { id } of because.schedules) {
      const broken = effect.breaks.get(id) ?? new Set()
      for (const one of because.breaks) broken.add(one)
      effect.breaks.set(id, broken)
    }
  }
}

/** Compares plans, each pair once: equal days of audiences share their plan. */
export const createEffects = ({ before, after, foresight, edited, ...asked }: Asked) => {
  const { interruptions, now, pause, onPlan } = asked
  const { plans, blocks } = foresight
  const horizons = new Map<TimeZone, Day[]>()
  const compared = new WeakMap<DayPlan, WeakMap<DayPlan, DayDifference>>()
  const differing = (old: DayPlan, fresh: DayPlan): DayDifference => {
    const others = compared.get(old) ?? new WeakMap<DayPlan, DayDifference>()
    compared.set(old, others)
    const difference = others.get(fresh) ?? differenceOf(old, fresh)
    others.set(fresh, difference)
    return difference
  }

  /** Where an edited schedule finds its time taken by another one that is there already. */
  const noteTaken = (plan: DayPlan, { date, startsAt }: Day, channel: Channel, group: Group) => {
    if (!plan.segments.some(({ because }) => because.overrode.length > 0)) return
    const isIts = (id: string) => edited.has(id)
    const isOver = ({ because }: Segment) => because.overrodeIds?.some(isIts)
    const isHeard = ({ because }: Segment) => because.schedules.some(({ id }) => isIts(id))
    // Where an edited schedule is heard and nothing is on air over it, nobody takes its time.
    if (plan.segments.some(isHeard) && !plan.segments.some(isOver)) return
    for (const { schedule, overridden, priority } of blocks(
      group.after,
      after,
      channel,
      date,
      date,
    )) {
      if (!edited.has(schedule.id)) continue
      for (const span of overridden) {
        if (span.to <= now) continue
        const at = span.from - startsAt
        const taker = plan.segments.find(({ from, to }) => from <= at && at < to)
        const [by] = taker?.because.schedules ?? []
        if (!taker || !by || by.id === schedule.id) continue
        const reason = taker.because.priority === priority ? 'same-class' : 'higher-class'
        const loss = { schedule, by: { ...by, priority: taker.because.priority }, reason } as const
        interruptions.add(loss, span, date, channel, group.devices)
      }
    }
  }

  /** An item that finds no room in what policy leaves is kept off the air by policy. */
  const policyReason = (
    { by, reason }: DayDifference['losses'][number],
    span: Span,
    date: LocalDate,
    channel: Channel,
    { after: audience }: Group,
  ) => {
    if (by || channel !== 'audio' || (reason !== 'too-long' && reason !== 'not-fitting'))
      return reason
    const compiler = compilerFor(after, date)
    const { quiet, windows } = bandsOf(compiler, placeOf(audience, channel), date, date)
    const meets = (other: Span) => other.from < span.to && span.from < other.to
    if (quiet.some(meets)) return 'quiet-hours'
    return windows.some(({ from, to }) => from <= span.from && span.to <= to)
      ? reason
      : 'outside-windows'
  }

  /** @param only what is looked at; without it all channels, as far as devices look ahead */
  return async (group: Group, only?: Looked): Promise<Effect> => {
    const effect: Effect = {
      firstAt: null,
      gains: new Map(),
      losses: new Map(),
      alters: new Map(),
      silenced: [],
      breaks: new Map(),
    }
    const { timeZone, schedules } = group.after
    const channels = only?.channels ?? group.after.channels
    const known = horizons.get(timeZone) ?? horizonOf(timeZone, now)
    horizons.set(timeZone, known)
    const days = only ? daysOf(timeZone, only.from, only.to) : known
    const isEdited = schedules.some(({ id }) => edited.has(id))
    const still = new Set<string>(schedules.map(({ id }) => id))
    const [hadSound, hasSound] = [new Set<Channel>(), new Set<Channel>()]

    const look = (old: DayPlan, fresh: DayPlan, day: Day, channel: Channel) => {
      const { date, startsAt } = day
      const position = Math.max(0, now - startsAt)
      onPlan?.(fresh, date, group)
      if (isOnAir(old, position)) hadSound.add(channel)
      if (isOnAir(fresh, position)) hasSound.add(channel)
      if (isEdited) noteTaken(fresh, day, channel, group)
      noteBreaks(fresh, position, effect)
      const placed = ({ from, to }: Span): Span | undefined =>
        to > position ? { from: startsAt + from, to: startsAt + to } : undefined
      const { gains, losses, alters } = differing(old, fresh)
      for (const one of [...gains, ...losses, ...alters]) {
        const span = placed(one)
        if (!span) continue
        const at = Math.max(now, span.from)
        effect.firstAt = Math.min(effect.firstAt ?? at, at)
      }
      for (const { schedule, ...span } of gains) {
        const at = placed(span)
        if (at) note(effect.gains, schedule, at)
      }
      for (const { schedule, ...span } of alters) {
        const at = placed(span)
        if (at) note(effect.alters, schedule, at)
      }
      for (const loss of losses) {
        const at = placed(loss)
        if (!at) continue
        // A schedule whose window is taken away by its area stops; nothing else takes its place.
        const isKeptOff = loss.reason !== null && loss.reason !== 'daypart-missing'
        const isTaken = loss.by !== null || isKeptOff
        const isOwnChange = edited.has(loss.schedule.id) || !still.has(loss.schedule.id)
        if (isTaken && !isOwnChange) {
          const reason = policyReason(loss, at, date, channel, group)
          interruptions.add({ ...loss, reason }, at, date, channel, group.devices)
        } else note(effect.losses, loss.schedule, at)
      }
    }

    for (const channel of channels) {
      // All days before, then all days after: a compiler reuses what it worked out for the day before.
      const old = days.map(({ date }) => plans(group.before, before, date, channel).plan)
      const fresh = days.map(({ date }) => plans(group.after, after, date, channel).plan)
      for (const [index, day] of days.entries())
        look(old[index] as DayPlan, fresh[index] as DayPlan, day, channel)
      await pause()
    }
    effect.silenced = channels.filter((one) => hadSound.has(one) && !hasSound.has(one))
    return effect
  }
}
