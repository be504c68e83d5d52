/** The law of scheduling: pure functions that the server, the player and the panel share. */
export { compileDay, type Programme } from './compile/compile-day.ts'
export { addDays, dateAt, datesFrom, instantAt, startOfDay } from './recurrence/local-time.ts'
export { checkRecurrence, datesOf } from './recurrence/occurrences.ts'
export { activeThemes } from './themes/eligibility.ts'
