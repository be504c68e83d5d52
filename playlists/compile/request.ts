import type {
  Channel,
  LocalDate,
  Schedule,
  ThemeId,
  ThemeSnapshot,
  Withheld,
  WithheldReason,
} from '#protocol'
import type { PolicyDay } from '../policy/policy-day.ts'
import { type Script, waitingFor } from '../sequence/lay-out.ts'
import { planItem, type Wanted } from '../sequence/plan-items.ts'
import { type Unit, type Units, unfold } from '../sequence/unfold.ts'
import { lengthOf, type Span, within, without } from '../spans.ts'
import type { Place, Programme } from './programme.ts'

/** What one window of a schedule asks for, counted from the first instant of its day. */
export type Request = {
  schedule: Schedule
  window: Span
  /** The parts of the window in which policy lets it be on air. */
  pieces: readonly Span[]
  /** The parts in which it does not, with the reason. */
  closed: readonly (Span & { reason: WithheldReason })[]
  script: Script
  withheld: readonly Withheld[]
}

/** The date of a window and what may be said on it. */
export type SpokenDay = {
  date: LocalDate
  /** The how-manyeth time of its schedule it is. */
  turn: () => number
  active: ReadonlyMap<ThemeId, ThemeSnapshot>
  /** What is the same on all dates like this one: of what is played, and of what fills the rest. */
  known: { items: Units; fill: Units }
}

/** A stretch of a schedule that will not be heard. */
export const lost = (schedule: Schedule, reason: WithheldReason, at: number | null): Withheld => ({
  scheduleId: schedule.id,
  schedule: schedule.name,
  assetId: null,
  title: '',
  at,
  reason,
})

/** What policy leaves of a window, and what it takes [PL3, PL4, PL5]. */
const openTo = (
  { priority, exception }: Schedule,
  window: Span,
  channel: Channel,
  { windows, quiet }: PolicyDay,
): Pick<Request, 'pieces' | 'closed'> => {
  if (channel === 'screen' || priority === 'emergency') return { pieces: [window], closed: [] }
  const allowed = windows === null || exception ? [window] : within(window, windows)
  const pieces = allowed.flatMap((span) => without(span, quiet))
  const isQuiet = (span: Span) => within(span, quiet).length > 0
  const closed = without(window, pieces).map((span) => ({
    ...span,
    reason: isQuiet(span) ? ('quiet-hours' as const) : ('outside-windows' as const),
  }))
  return { pieces, closed }
}

const wanted = (assetId: Wanted['assetId'] | null, role: Wanted['role']): Wanted | null =>
  assetId === null ? null : { assetId, durationMs: null, gainDb: 0, role }

/** What a schedule has to say on a day, and what of it may not be said. */
export type Said = { script: Script; withheld: readonly Withheld[] }

export const scriptOf = (
  schedule: Schedule,
  programme: Programme,
  place: Place,
  day: SpokenDay,
): Said => {
  const station = place.channel === 'audio' ? place.policy.station : null
  const { items, fill } = day.known
  const turn = { ...day, chime: wanted(station?.chime ?? null, 'chime'), units: items }
  const { units, withheld } = unfold(schedule, schedule.playlistId, 'item', programme, turn)
  const stationItems = (...items: (Wanted | null)[]): Unit =>
    items.flatMap((item) => {
      if (!item || !schedule.session) return []
      const found = planItem(schedule, item, programme, day)
      if ('item' in found) return [found.item]
      withheld.push(found.withheld)
      return []
    })
  const intro = stationItems(
    wanted(station?.signature ?? null, 'signature'),
    wanted(station?.call ?? null, 'call'),
  )
  const closing = stationItems(wanted(station?.closing ?? null, 'closing'))
  const fillId = schedule.fill === 'playlist' ? schedule.fillPlaylistId : null
  const filling = fillId
    ? unfold(schedule, fillId, 'fill', programme, { ...turn, chime: null, units: fill })
    : { units: [], withheld: [] }
  withheld.push(...filling.withheld)
  return { script: { intro, closing, units, fill: filling.units }, withheld }
}

/** Sound that is longer than the longest stretch that it could have is not waited for [SQ5]. */
const fitting = (
  units: readonly Unit[],
  longest: number,
  schedule: Schedule,
  withheld: Withheld[],
): readonly Unit[] => {
  const isShort = (unit: Unit) => unit.reduce((sum, item) => sum + item.durationMs, 0) <= longest
  if (units.every(isShort)) return units
  for (const unit of units) {
    const item = unit.at(-1)
    if (!item || isShort(unit)) continue
    const { assetId, title } = item
    withheld.push({ ...lost(schedule, 'too-long', null), assetId, title })
  }
  return units.filter(isShort)
}

export const requestOf = (
  schedule: Schedule,
  window: Span,
  { script, withheld: unsaid }: Said,
  { channel }: Pick<Place, 'channel'>,
  policyDay: PolicyDay,
): Request => {
  const { pieces, closed } = openTo(schedule, window, channel, policyDay)
  if (channel === 'screen') {
    return { schedule, window, pieces, closed, script, withheld: unsaid }
  }
  const withheld = [...unsaid]
  const longest = pieces.length > 0 ? Math.max(...pieces.map(lengthOf)) : lengthOf(window)
  const units = fitting(script.units, longest, schedule, withheld)
  const fill = fitting(script.fill, longest, schedule, withheld)
  return { schedule, window, pieces, closed, script: { ...script, units, fill }, withheld }
}

export const waitingIn = ({ script, schedule }: Request) => waitingFor(script.units, schedule)
