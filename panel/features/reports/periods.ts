import { addDays, dateAt } from '#playlists'
import type { LocalDate } from '#protocol'
import { HOME_ZONE } from '../../ui/when.ts'

export type Days = { from: LocalDate; to: LocalDate }
export const PRESETS = ['thisMonth', 'lastMonth', 'decreeMonth', 'quarter', 'year'] as const
export type Preset = (typeof PRESETS)[number]

export const today = (): LocalDate => dateAt(Date.now(), HOME_ZONE)

const monthStart = (date: LocalDate, back = 0): LocalDate => {
  const index = Number(date.slice(0, 4)) * 12 + Number(date.slice(5, 7)) - 1 - back
  return `${Math.floor(index / 12)}-${String((index % 12) + 1).padStart(2, '0')}-01`
}

/** The days of the usual periods; running ones end today. */
export const daysOf = (preset: Preset, now: LocalDate = today()): Days => {
  const month = Number(now.slice(5, 7))
  if (preset === 'thisMonth') return { from: monthStart(now), to: now }
  if (preset === 'lastMonth') return { from: monthStart(now, 1), to: addDays(monthStart(now), -1) }
  if (preset === 'quarter') return { from: monthStart(now, (month - 1) % 3), to: now }
  if (preset === 'year') return { from: `${now.slice(0, 4)}-01-01`, to: now }
  // From the 15th of one month to the 14th of the next.
  const start = Number(now.slice(8)) >= 15 ? monthStart(now) : monthStart(now, 1)
  return { from: addDays(start, 14), to: now }
}

export const presetOf = ({ from, to }: Days): Preset | 'free' =>
  PRESETS.find((preset) => {
    const days = daysOf(preset)
    return days.from === from && days.to === to
  }) ?? 'free'

/** dd/mm/yyyy */
export const dayText = (date: LocalDate): string => date.split('-').toReversed().join('/')
