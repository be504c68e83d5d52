import type { JournalRecord } from '#protocol'
import type { Schema } from '../store/schema.ts'
import { searchText } from '../store/search-text.ts'

/** What the play log keeps of records, to find them by. */
export type PlayRows = { plays: Schema['play'][]; themes: Schema['play_theme'][] }

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
    search: searchText(
      play.asset.title,
      play.device,
      ...play.area.path,
      ...play.themes.flatMap((theme) => [theme.code, theme.name]),
    ),
  })
  for (const id of new Set(play.themes.map((theme) => theme.id)))
    rows.themes.push({ ...identity, theme_id: id })
}
