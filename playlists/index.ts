/** The law of scheduling: pure functions that the server, the player and the panel share. */
export { compileDay } from './compile/compile-day.ts'
export { type Compiler, createCompiler } from './compile/compiler.ts'
export type { Place, Programme } from './compile/programme.ts'
export { effectivePolicy } from './policy/effective-policy.ts'
export {
  addDays,
  dateAt,
  datesFrom,
  instantAt,
  startOfDay,
  weekdayOf,
} from './recurrence/local-time.ts'
export { checkRecurrence, datesOf } from './recurrence/occurrences.ts'
export { activeThemes } from './themes/eligibility.ts'
