/** The law of scheduling: pure functions that the server, the player and the panel share. */
export { compileDay } from './compile/compile-day.ts'
export { type Compiler, createCompiler, type PlannedDate } from './compile/compiler.ts'
export { createPlanWriter } from './compile/plan-bytes.ts'
export type { Place, Programme } from './compile/programme.ts'
export { bandsOf } from './foresight/bands.ts'
export { blocksOf } from './foresight/blocks.ts'
export { findConflicts } from './foresight/conflicts.ts'
export { coverageOf, type ThemeCoverage } from './foresight/coverage.ts'
export { explainAt } from './foresight/explain.ts'
export type { Hearers } from './foresight/hearers.ts'
export { misfitsOf } from './foresight/misfits.ts'
export { occurrencesOf } from './foresight/occurrences.ts'
export { toTimelineEntry } from './foresight/shown.ts'
export { type Missed, proposeMakeGoods } from './planner/make-goods.ts'
export { proposeRotation, type RotationInput } from './planner/rotation.ts'
export { effectivePolicy } from './policy/effective-policy.ts'
export { looserFields } from './policy/looser.ts'
export { isQuietInWindows } from './policy/quiet-in-windows.ts'
export {
  addDays,
  dateAt,
  datesFrom,
  daysBetween,
  instantAt,
  startOfDay,
  weekdayOf,
} from './recurrence/local-time.ts'
export { checkRecurrence, datesOf, ruleProblem } from './recurrence/occurrences.ts'
export { type NestingProblem, nestingProblem } from './sequence/nesting.ts'
export { activeThemes } from './themes/eligibility.ts'
