import type { Channel, Fault, Play } from '#protocol'
import type { Journal, Stamp } from '../journal/journal.ts'
import { reasonOf } from '../stage/stage.ts'

type FaultNotesDeps = {
  channel: Channel
  journal: Journal<Play>
  stamp: () => Stamp
  onRecord: () => void
}

/**
 * Writes down faults of an output: each kind once until the output is whole again, however it
 * flutters.
 */
export const createFaultNotes = ({ channel, journal, stamp, onRecord }: FaultNotesDeps) => {
  const told = new Set<Fault['code']>()
  return (fault: Fault | null): void => {
    const isNew = fault === null ? told.size > 0 : !told.has(fault.code)
    if (fault === null) told.clear()
    else told.add(fault.code)
    if (!isNew) return
    const state = fault === null ? 'back' : 'lost'
    const reason = fault && reasonOf(fault)
    journal.append({ kind: 'output', channel, state, reason }, stamp())
    onRecord()
  }
}
