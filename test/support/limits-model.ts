import { PRIORITIES, type Priority } from '#protocol'

/**
 * Queueing, limits and precedence as playlists/SPEC.md says them, by brute force: a day of 1,440 minutes,
 * items of whole minutes, every end of a session tried one after another. Shares nothing with the compiler.
 */

export type ModelSchedule = {
  /** By creation. */
  order: number
  priority: Priority
  onConflict: 'refuse' | 'queue' | 'replace'
  isException: boolean
  from: number
  to: number
  items: readonly number[]
  isLoop: boolean
  count: number
  gap: number
}

export type ModelPolicy = {
  sessionsPerDay: number | null
  minutesPerDay: number | null
  minutesPerSession: number | null
  quiet: readonly { from: number; to: number }[]
}

type Item = { index: number; from: number; to: number }
type Played = { schedule: ModelSchedule; items: Item[] }
type Waiting = { index: number; after: number }

const classOf = ({ priority }: ModelSchedule) => PRIORITIES.indexOf(priority)
const takes = ({ onConflict }: ModelSchedule) => Number(onConflict === 'replace')

/** Who gets the channel: a class, who replaces (the last), who began first, who was created first. */
const precedes = (a: ModelSchedule, b: ModelSchedule): number => {
  if (classOf(a) !== classOf(b)) return classOf(b) - classOf(a)
  if (takes(a) !== takes(b)) return takes(b) - takes(a)
  if (a.from !== b.from) return takes(a) === 1 ? b.from - a.from : a.from - b.from
  return a.order - b.order
}

const byClock = (a: ModelSchedule, b: ModelSchedule): number =>
  classOf(b) - classOf(a) || a.from - b.from || precedes(a, b)

/** Minutes on air, gathered into sessions: less than ten minutes of silence in between. */
const sessionsIn = (minutes: ReadonlySet<number>): number[][] => {
  const sessions: number[][] = []
  for (const minute of [...minutes].sort((a, b) => a - b)) {
    const last = sessions.at(-1)
    if (last && minute - (last.at(-1) ?? 0) - 1 < 10) last.push(minute)
    else sessions.push([minute])
  }
  return sessions
}

const minutesOf = (items: readonly Item[]): number[] =>
  items.flatMap(({ from, to }) => Array.from({ length: to - from }, (_, at) => from + at))

const holds = (policy: ModelPolicy, minutes: ReadonlySet<number>): boolean => {
  const sessions = sessionsIn(minutes)
  const most = (limit: number | null) => limit ?? Number.POSITIVE_INFINITY
  return (
    sessions.length <= most(policy.sessionsPerDay) &&
    minutes.size <= most(policy.minutesPerDay) &&
    sessions.every((session) => session.length <= most(policy.minutesPerSession))
  )
}

const piecesOf = ({ from, to, priority }: ModelSchedule, { quiet }: ModelPolicy) => {
  const pieces: { from: number; to: number }[] = []
  for (let minute = from; minute < to; minute++) {
    const isQuiet = quiet.some((hours) => hours.from <= minute && minute < hours.to)
    if (isQuiet && priority !== 'emergency') continue
    const last = pieces.at(-1)
    if (last?.to === minute) last.to = minute + 1
    else pieces.push({ from: minute, to: minute + 1 })
  }
  return pieces
}

const place = (
  { items, isLoop }: ModelSchedule,
  usable: readonly number[],
  waiting: readonly Waiting[],
  piece: { from: number; to: number },
): Item[] => {
  const placed: Item[] = []
  let at = piece.from
  for (let turn = 0; ; turn++) {
    const next = isLoop
      ? { index: usable[turn % usable.length] as number, after: 0 }
      : waiting[turn]
    if (!next) return placed
    const from = at + (placed.length > 0 ? next.after : 0)
    const to = from + (items[next.index] as number)
    if (to > piece.to) return placed
    placed.push({ index: next.index, from, to })
    at = to
  }
}

const groupsOf = (placed: readonly Item[]): Item[][] => {
  const groups: Item[][] = []
  for (const item of placed) {
    const last = groups.at(-1)
    if (last && item.from - (last.at(-1)?.to ?? 0) < 10) last.push(item)
    else groups.push([item])
  }
  return groups
}

/** What is on air of one schedule, and what counts afterwards. */
const play = (
  schedule: ModelSchedule,
  policy: ModelPolicy,
  occupied: ReadonlySet<number>,
  counted: Set<number>,
): Item[] => {
  const whole = piecesOf(schedule, policy)
  const isBound = schedule.priority !== 'emergency' && !schedule.isException
  const longest = Math.max(0, ...whole.map(({ from, to }) => to - from))
  const usable = schedule.items.flatMap((minutes, index) => (minutes <= longest ? [index] : []))
  if (usable.length === 0) return []
  const rounds = schedule.isLoop ? 1 : schedule.count
  let waiting: Waiting[] = Array.from({ length: rounds }, (_, round) =>
    usable.map((index, first) => ({ index, after: round > 0 && first === 0 ? schedule.gap : 0 })),
  ).flat()
  const heard: Item[] = []
  for (const piece of whole) {
    let { from } = piece
    if (schedule.onConflict === 'queue') while (occupied.has(from)) from++
    if (from >= piece.to) continue
    const placed = place(schedule, usable, waiting, { from, to: piece.to })
    const groups = groupsOf(placed)
    let done = placed.length
    groups.forEach((group, turn) => {
      let kept = group.length
      const isTooMuch = () =>
        !holds(policy, new Set([...counted, ...minutesOf(group.slice(0, kept))]))
      while (isBound && kept > 0 && isTooMuch()) kept--
      const on = group.slice(0, kept)
      heard.push(...on)
      if (isBound) for (const minute of minutesOf(on)) counted.add(minute)
      if (turn === groups.length - 1) done -= group.length - kept
    })
    if (!schedule.isLoop) waiting = waiting.slice(done)
  }
  return heard
}

/** By minute of the day what is on air: whose, which item, and when that began. */
export const modelDay = (schedules: readonly ModelSchedule[], policy: ModelPolicy) => {
  const counted = new Set<number>()
  const occupied = new Map<Priority, Set<number>>()
  const played: Played[] = schedules.toSorted(byClock).map((schedule) => {
    const own = occupied.get(schedule.priority) ?? new Set<number>()
    occupied.set(schedule.priority, own)
    const items = play(schedule, policy, own, counted)
    for (const minute of minutesOf(items)) own.add(minute)
    return { schedule, items }
  })
  const air = new Map<number, { order: number; index: number; from: number }>()
  const above = new Map<Priority, Set<number>>()
  for (const { schedule, items } of played.toSorted((a, b) => precedes(a.schedule, b.schedule))) {
    const taken = above.get(schedule.priority) ?? new Set<number>()
    above.set(schedule.priority, taken)
    const begun = items.filter(({ from }) => schedule.priority === 'emergency' || !taken.has(from))
    for (const { index, from, to } of begun) {
      for (let minute = from; minute < to; minute++) {
        if (!air.has(minute)) air.set(minute, { order: schedule.order, index, from })
      }
    }
    for (const minute of minutesOf(begun)) taken.add(minute)
  }
  return air
}
