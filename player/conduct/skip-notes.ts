import type { Entry } from '#playlists/timeline'
import type { Channel, Play } from '#protocol'
import type { Journal, Stamp } from '../journal/journal.ts'

type SkipNotesDeps = {
  channel: Channel
  journal: Journal<Play>
  stamp: () => Stamp
  onRecord: () => void
}

/** Writes down what was left out, and why. */
export const createSkipNotes =
  ({ channel, journal, stamp, onRecord }: SkipNotesDeps) =>
  ({ item, from }: Entry, why: 'by-hand' | 'already-played'): void => {
    const { title, schedule } = item
    const plannedStartAt = Math.round(from)
    journal.append(
      { kind: 'skip', channel, schedule: schedule.name, title, plannedStartAt, why },
      stamp(),
    )
    onRecord()
  }
