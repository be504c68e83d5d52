import type { JournalRecord, LocalDate, TimeZone } from '#protocol'
import type { Schema } from '../store/schema.ts'
import { type CoverageEntry, createCoverageSum, createDateOf, tallyOf } from './coverage-sum.ts'

/** What records mean for the reports besides being there. */
export type RecordNotes = {
  coverage: CoverageEntry[]
  /** Days whose planned has to be set against delivered again. */
  dates: LocalDate[]
  themes: Schema['theme_seen'][]
  events: Schema['device_event'][]
}

/** Gathers what records mean for the reports. */
export const createRecordNotes = (timeZone: TimeZone) => {
  const dateOf = createDateOf(timeZone)
  const sum = createCoverageSum()
  const dates = new Set<LocalDate>()
  const themes = new Map<string, Schema['theme_seen']>()
  const events: Schema['device_event'][] = []
  return {
    add({ deviceId, epoch, seq, at, event }: JournalRecord): void {
      if (event.kind !== 'play') {
        dates.add(dateOf(at))
        events.push({
          ...{ device_id: deviceId, epoch, seq, at, kind: event.kind },
          detail: JSON.stringify(event),
        })
        return
      }
      const { play } = event
      const date = dateOf(play.plannedStartAt)
      dates.add(date)
      for (const { id, code, name, campaign } of play.themes) {
        themes.set(id, { id, code, name, campaign })
      }
      const { channel, labels, approvedBy } = play
      const themeIds = play.themes.map(({ id }) => id)
      sum.add(
        { date, deviceId, areaId: play.area.id, channel, themeIds, labels, approvedBy },
        tallyOf(play),
      )
    },

    notes: (): RecordNotes => ({
      coverage: sum.entries(),
      dates: [...dates].sort(),
      themes: [...themes.values()].sort((a, b) => (a.id < b.id ? -1 : 1)),
      events,
    }),
  }
}
