/** Why a play was not completed. */
export const causes = {
  'joined-late': 'joined late',
  'cut-by-plan': 'cut by the plan',
  'plan-changed': 'plan changed',
  'player-stopped': 'player was stopped',
  'player-killed': 'player ended abruptly',
  skipped: 'skipped by hand',
  muted: 'muted',
  silent: 'silence at the output',
  emergency: 'gave way to an emergency',
  'relay-lost': 'the relay did not come',
  'clock-set': 'the clock was set',
  'media-missing': 'media not there',
  'media-corrupt': 'file damaged on the device',
  'not-decodable': 'cannot be decoded',
  'output-lost': 'sound output lost',
  'screen-lost': 'screen lost',
}
