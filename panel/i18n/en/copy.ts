import type { Translated } from '../translated.ts'
import type { copy as viCopy, find as viFind } from '../vi/copy.ts'

/** Words of copying schedules, and of finding anything. */
export const copy: Translated<typeof viCopy> = {
  daysTitle: 'Copy to other days',
  daysHint: 'Copies what happens in this time, of the schedules in the rows shown, to other days.',
  what: 'Copy',
  day: 'One day',
  from: 'Day that is copied',
  week: 'The week from {{date}}',
  to: 'To (first day of each copy)',
  areasTitle: 'Copy to other areas',
  schedules: 'Schedules',
  areas: 'To areas',
  submit: 'Copy into the draft',
  done_one: 'Copied: {{count}} schedule is in the draft',
  done_other: 'Copied: {{count}} schedules are in the draft',
  nothing: 'There are no schedules in what is shown.',
}

export const find: Translated<typeof viFind> = {
  open: 'Find (Ctrl K)',
  title: 'Find',
  placeholder: 'Type a commune, a schedule, a playlist …',
  none: 'Nothing found. Try fewer letters.',
  kind: {
    place: 'Page',
    area: 'Area',
    schedule: 'Schedule',
    playlist: 'Playlist',
    campaign: 'Campaign',
    device: 'Device',
  },
}
