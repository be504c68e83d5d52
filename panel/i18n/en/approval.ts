import type { Translated } from '../translated.ts'
import type { approval as viApproval, unsaved as viUnsaved } from '../vi/approval.ts'

export const approval: Translated<typeof viApproval> = {
  askApprove: 'Approve “{{title}}”?',
  again: 'Approve again',
  working: 'Looking where approving this puts it on air …',
  puts: 'This takes effect at once. First on air: {{time}}, on {{count}} devices.',
  takes: 'This takes effect at once. From {{time}} on, {{count}} devices play it no more.',
  putsNothing: 'No schedule plays this yet; approving it puts nothing on air.',
  takesNothing: 'No device has this in its schedule now.',
  editTakes:
    'This is scheduled on {{count}} devices, next at {{time}}. Saving takes it off at once, until it is approved again.',
  where: 'Where',
  devicesFrom: '{{count}} devices, from {{time}}',
  elsewhere: '{{count}} devices outside the areas that you may see',
  more: '… and {{count}} more',
  schedules: 'Schedules',
  nextAt: 'next at {{time}}',
  noNext: 'not in the coming 7 days',
  playlists: 'Playlists',
  stations: 'Tune or call of the station of',
  relays: 'Played instead where the stream does not come: ',
  ownWork:
    'You uploaded this or were the last to edit it, so somebody else has to approve it. An office with one approver: the administrator of the server sets FOUR_EYES=no.',
  unsaved: 'There are unsaved changes: save or discard them before approving.',
  changed: 'This has changed since you opened it. These are the differences:',
  read: 'What you read',
  present: 'As it is now',
  seen: 'I have seen it',
  takenOff: '“{{title}}” was withdrawn. To bring it back: “Approve again”.',
  approvedBy: 'Approved by',
  rejectedBy: 'Rejected by',
  withdrawnBy: 'Withdrawn by',
  editedBy: 'Last edited by',
}

export const unsaved: Translated<typeof viUnsaved> = {
  title: 'Discard the changes?',
  text: 'What you entered here has not been saved.',
  discard: 'Discard',
  leave: 'Discard and leave',
  stay: 'Stay',
}
