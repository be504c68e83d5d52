import type { why as vi } from '../vi/why.ts'

/** Why a device is not simply working. */
export const why: typeof vi = {
  notEnrolled: 'Not enrolled: no player has used its code',
  refusedStep: 'does not set its clock by the server’s: no second source of time agrees',
  needsUpdate: 'its software needs an update',
  neverSeen: 'Never connected',
  revision: 'Receiving a new plan',
  media: 'Has {{ready}} of {{needed}} files; the rest is fetched before it is due',
  refusal: {
    format: 'Refused a plan: wrong format',
    signature: 'Refused a plan: wrong signature',
    'wrong-device': 'Refused a plan: of another device',
    rollback: 'Refused a plan: older than the one it holds',
    expired: 'Refused a plan: expired',
    revoked: 'Refused a plan: signed by a revoked key',
    replay: 'Refused a plan: another one under a number it has held',
    scope: 'Refused a plan: more than the device enrolled for',
    hash: 'Refused a plan: not the bytes of its name',
  },
  noOutput: 'The output is not open',
  fault: {
    unknown: 'The device tells of a fault that this server does not know: update its player',
    'output-lost': 'The output cannot be opened, or has just gone',
    'output-stuck': 'The output stands still and plays nothing',
    'output-silent': 'There is nothing to hear in what is played',
    'monitor-silent': 'Nothing arrives at the monitor: look at the amplifier and the wires',
    'monitor-other': 'The monitor hears something other than what is played: go and look',
  },
}
