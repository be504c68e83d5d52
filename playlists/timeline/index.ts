/** Reading plans: all that a player needs of the law, without zones, calendars or recurrence. */
export { applyBlankHours } from './blank-hours.ts'
export { type Entry, entriesBetween, entryAt, entryKey, nextEntry } from './entries.ts'
export { type PlannedDay, type Stretch, type Timeline, timelineOf } from './timeline.ts'
export { type VolumeStep, volumesOf } from './volume.ts'
