import type { DayPlan, LocalDate, Schedule } from '#protocol'
import { createCompiler } from './compiler.ts'
import type { Place, Programme } from './programme.ts'

/**
 * The timeline of one channel on one local day, from the schedules whose audience holds the device.
 * Pure: the same inputs in any order give an equal plan [CP1].
 */
export const compileDay = (
  schedules: readonly Schedule[],
  programme: Programme,
  { date, ...place }: Place & { date: LocalDate },
): DayPlan => createCompiler(programme, date, date).day(schedules, place, date)
