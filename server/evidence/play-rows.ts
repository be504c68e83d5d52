import type { JournalRecord } from '#protocol'
import type { Schema } from '../store/schema.ts'
import { searchText } from '../store/search-text.ts'

/** What the play log keeps of records, to find them by. */
export type PlayRows = { plays: Schema['play'][]; themes: Schema['play_theme'][] }

const searched = new Map<string, string>()
const MOST_SEARCHED = 2_000

/** The same few titles and places come again and again: what they are searched by is kept. */
const searchOf = (...texts: readonly string[]): string => {
  const key = texts.join(' ')
  const known = searched.get(key)
  if (known !== undefined) return known
  if (searched.size >= MOST_SEARCHED) searched.clear()
  const search = searchText(key)
  searched.set(key, search)
  return search
}

/** Adds what the play log keeps of a record, where it is of a play. */
export const playRows = ({ deviceId, epoch, seq, event }: JournalRecord, rows: PlayRows): void => {
  if (event.kind !== 'play') return
  const { play } = event
  const identity = { device_id: deviceId, epoch, seq }
  rows.plays.push({
    ...identity,
    planned_start_at: play.plannedStartAt,
    area_id: play.area.id,
    channel: play.channel,
    outcome: play.outcome,
    search: searchOf(
      play.asset.title,
      play.device,
      ...play.area.path,
      ...play.themes.flatMap((theme) => [theme.code, theme.name]),
    ),
  })
  for (const id of new Set(play.themes.map((theme) => theme.id)))
    rows.themes.push({ ...identity, theme_id: id })
}
