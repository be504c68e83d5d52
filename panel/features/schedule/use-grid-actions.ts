import { useState } from 'react'
import { addDays, dateAt, instantAt } from '#playlists'
import type {
  AreaId,
  Block,
  DeviceId,
  NewSchedule,
  Schedule,
  TimelineRow,
  TimeZone,
} from '#protocol'
import { clock } from '../../ui/when.ts'
import type { GridActions } from './grid/timeline-grid.tsx'
import { asEnd, happensOnce, movedAlways, movedOnce, type Shift } from './move.ts'
import type { ScheduleSearch } from './search.ts'
import { inputOf, type ScheduleEdits } from './use-schedule-edits.ts'

const LEAST_MS = 300_000

/** What recurs is changed on one day or always: somebody has to say. */
export type Question = {
  schedule: Schedule
  date: string
  word: 'move' | 'remove'
  one: () => Promise<void>
  /** undefined: its rule cannot follow. */
  all: (() => Promise<void>) | undefined
}

/** The audience that is a row and nothing else. */
export const audienceOf = (row: Pick<TimelineRow, 'kind' | 'id'>) => ({
  areaIds: row.kind === 'area' ? [row.id as AreaId] : [],
  deviceIds: row.kind === 'device' ? [row.id as DeviceId] : [],
})

const isOnlyFor = ({ audience }: Schedule, row: TimelineRow): boolean => {
  const ids = [...audience.areaIds, ...audience.deviceIds]
  return ids.length === 1 && ids[0] === row.id
}

/** What happens to the draft when something is done on the grid. */
export const useGridActions = (options: {
  schedules: readonly Schedule[]
  edits: ScheduleEdits
  timeZone: TimeZone
  go: (change: ScheduleSearch) => void
}) => {
  const { schedules, edits, timeZone, go } = options
  const [question, setQuestion] = useState<Question>()
  const scheduleOf = (block: Block) => schedules.find(({ id }) => id === block.schedule.id)
  const dateOf = (block: Block) => dateAt(block.from, timeZone)

  const windowEnd = (block: Block, { time }: Schedule) => {
    if (time.daypart !== null) return block.to
    const date = dateOf(block)
    const isOvernight = time.endTime <= time.startTime
    return instantAt(isOvernight ? addDays(date, 1) : date, time.endTime, timeZone)
  }

  const move = (block: Block, shift: Shift, row: TimelineRow) => {
    const schedule = scheduleOf(block)
    if (!schedule || (shift.from === block.from && shift.to === block.to && isHome(row))) return
    const toRow = (input: NewSchedule): NewSchedule =>
      isHome(row) ? input : { ...input, audience: audienceOf(row) }
    const always = movedAlways(schedule, shift)
    if (happensOnce(schedule) && always) {
      void edits.edit(schedule, toRow(always), 'moved')
      return
    }
    setQuestion({
      schedule,
      date: dateOf(block),
      word: 'move',
      one: () => edits.splitOff(schedule, dateOf(block), toRow(movedOnce(schedule, shift))),
      all: always && (() => edits.edit(schedule, toRow(always), 'moved')),
    })

    function isHome(where: TimelineRow): boolean {
      return !schedule || isOnlyFor(schedule, where) || where.blocks.includes(block)
    }
  }

  const actions: GridActions = {
    onOpen: (block, row) => go({ block: block.schedule.id, on: dateOf(block), row: row.id }),
    canChangeRow: (block, row) => {
      const schedule = scheduleOf(block)
      return schedule !== undefined && isOnlyFor(schedule, row)
    },
    onDrop: ({ source, row, from, to }) => {
      if ('block' in source) {
        move(source.block, { block: source.block, from, to, timeZone }, row)
        return
      }
      go({
        edit: 'new',
        row: row.id,
        on: dateAt(from, timeZone),
        from: clock(from, timeZone),
        to: asEnd(clock(to, timeZone)),
        playlistId: source.mode === 'palette' ? source.item.playlistId : undefined,
        block: undefined,
      })
    },
    onNudge: (block, row, byMs, edge) => {
      const schedule = scheduleOf(block)
      if (!schedule) return
      const nudged = (now: Schedule): Shift => {
        // What is heard may end before its window: by keyboard it is the window that grows and shrinks.
        const end = edge === 'end' ? windowEnd(block, now) : block.to
        const span =
          edge === 'both'
            ? { from: block.from + byMs, to: end + byMs }
            : { from: block.from, to: Math.max(block.from + LEAST_MS, end + byMs) }
        return { block, ...span, timeZone }
      }
      if (!happensOnce(schedule)) return move(block, nudged(schedule), row)
      void edits.nudge(schedule, (now) => movedAlways(now, nudged(now)) ?? inputOf(now))
    },
    onDuplicate: (block) => {
      const schedule = scheduleOf(block)
      if (!schedule) return
      const input = inputOf(schedule)
      const startDate = addDays(dateOf(block), 1)
      const time = { ...input.time, startDate, rrule: null, extraDates: [], exceptDates: [] }
      void edits.add({ ...input, time })
    },
    onRemove: (block) => {
      const schedule = scheduleOf(block)
      if (!schedule) return
      if (happensOnce(schedule)) {
        void edits.remove(schedule)
        return
      }
      const input = inputOf(schedule)
      const exceptDates = [...input.time.exceptDates, dateOf(block)]
      setQuestion({
        schedule,
        date: dateOf(block),
        word: 'remove',
        one: () => edits.edit(schedule, { ...input, time: { ...input.time, exceptDates } }),
        all: () => edits.remove(schedule),
      })
    },
  }
  return { actions, question, dropQuestion: () => setQuestion(undefined) }
}
