import { hash } from 'node:crypto'
import type { JournalRecord } from '#protocol'
import type { Schema } from '../store/schema.ts'
import { searchText } from '../store/search-text.ts'

/** What the play log keeps of records, to find them by. */
export type PlayRows = {
  plays: Schema['play'][]
  themes: Schema['play_theme'][]
  texts: Schema['play_text'][]
}

/** Texts by their keys: a batch says the same of its device again and again. */
type Texts = Map<string, string>

const KEY_DIGITS = 16

/** The same few titles, places and themes come again and again: how each is searched is kept. */
const searched = new Map<string, string>()
const MOST_SEARCHED = 5_000

const searchOf = (text: string): string => {
  const known = searched.get(text)
  if (known !== undefined) return known
  if (searched.size >= MOST_SEARCHED) searched.clear()
  const search = searchText(text)
  searched.set(text, search)
  return search
}

const textKey = (search: string, known: Texts): string => {
  const key = known.get(search)
  if (key !== undefined) return key
  const fresh = hash('sha256', search, 'hex').slice(0, KEY_DIGITS)
  known.set(search, fresh)
  return fresh
}

/** Gathers what the play log keeps of records, where they are of plays. */
export const createPlayRows = () => {
  const texts: Texts = new Map()
  const rows: Omit<PlayRows, 'texts'> = { plays: [], themes: [] }
  return {
    add({ deviceId, epoch, seq, event }: JournalRecord): void {
      if (event.kind !== 'play') return
      const { play } = event
      const identity = { device_id: deviceId, epoch, seq, planned_start_at: play.plannedStartAt }
      const search = [
        play.asset.title,
        play.device,
        ...play.area.path,
        ...play.themes.flatMap((theme) => [theme.code, theme.name]),
      ]
        .map(searchOf)
        .join(' ')
      rows.plays.push({
        ...identity,
        area_id: play.area.id,
        channel: play.channel,
        schedule_id: play.scheduleId,
        asset_sha256: play.asset.sha256,
        revision: play.revision,
        outcome: play.outcome,
        cause: play.cause,
        played_ms: play.playedMs,
        text_key: textKey(search, texts),
      })
      for (const id of new Set(play.themes.map((theme) => theme.id)))
        rows.themes.push({ ...identity, theme_id: id })
    },

    /** In one order for all writers, so that no two wait for each other. */
    rows: (): PlayRows => ({
      ...rows,
      texts: [...texts]
        .map(([search, key]) => ({ key, search }))
        .sort((a, b) => (a.key < b.key ? -1 : 1)),
    }),
  }
}
