import type { LocalDate, MakeGood } from '#protocol'
import type { Span } from '../spans.ts'
import { createRoom, type RoomInput } from './room.ts'

/** Plays of a theme that did not happen in an area. */
export type Missed = Omit<MakeGood, 'sessions' | 'reason'>

/**
 * Free time in the coming days for what was missed, the most missed first: as many plays as there is
 * room for, inside the windows and limits of the area [PN4]. `planned` holds the coming days.
 */
export const proposeMakeGoods = (
  missed: readonly Missed[],
  input: Omit<RoomInput, 'taken'>,
): MakeGood[] => {
  const taken = new Map<LocalDate, Span[]>()
  return missed
    .toSorted((a, b) => b.missedPlays - a.missedPlays || (a.theme.id < b.theme.id ? -1 : 1))
    .map((each) => {
      const room = createRoom({ ...input, taken })
      let found = 0
      while (found < each.missedPlays && room.add(each.theme.id)) found += 1
      for (const { date, from, to } of room.spans()) {
        taken.set(date, [...(taken.get(date) ?? []), { from, to }])
      }
      const reason = found < each.missedPlays ? room.lackOf(each.theme.id) : null
      return { ...each, sessions: room.sessions(), reason }
    })
}
