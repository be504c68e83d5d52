import type { Translated } from '../translated.ts'
import type {
  frame as viFrame,
  place as viPlace,
  rights as viRights,
  signIn as viSignIn,
} from '../vi/frame.ts'

/** Words around every page, and at the door. */
export const frame: Translated<typeof viFrame> = {
  version: 'Loabang {{version}}',
  signOut: 'Sign out',
  language: 'Language',
  scheme: 'Switch between light and dark',
  menu: 'Open the menu',
  skip: 'To the main content',
  disconnected: 'This page has lost the server; what it shows may be old. Trying to reconnect …',
  allAreas: 'All areas',
  area: 'Area',
  noArea: 'No area matches',
  apiDocs: 'API documentation',
  noPage: 'There is no such page',
  noPageHint: 'The address is wrong, or the page has moved. Choose a place from the menu.',
}

export const signIn: Translated<typeof viSignIn> = {
  title: 'Sign in',
  username: 'User name',
  password: 'Password',
  submit: 'Sign in',
  again: 'Your session has ended',
  againText:
    'Sign in again. What you were working on is untouched; then press again what you pressed.',
  motto: 'Schedules for commune loudspeakers and boards, and proof of what was played',
}

export const rights: Translated<typeof viRights> = {
  begins: 'Your rights begin on {{time}}',
  ended: 'Your rights ended on {{time}}',
  none: 'Your account has not been given any rights',
  hint: 'If that time is wrong, or you need rights now, ask the administrator.',
}

export const place: Translated<typeof viPlace> = {
  onAir: 'On air',
  schedule: 'Schedule',
  library: 'Library',
  campaigns: 'Campaigns',
  reports: 'Reports',
  playLog: 'Play log',
}
