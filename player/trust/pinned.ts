import type { EnrolAnswer } from '#protocol'
import type { Trust } from './accept.ts'

/** What a device trusts from its enrolment on, before it has followed anything. */
export const pinnedBy = ({ deviceId, channels, trustedKeys, keysVersion }: EnrolAnswer): Trust => ({
  deviceId,
  channels,
  keys: trustedKeys,
  revoked: [],
  keysVersion,
  keysHead: null,
  applied: undefined,
})
