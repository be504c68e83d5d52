const OUT_OF_DATE = ['CERT_NOT_YET_VALID', 'CERT_HAS_EXPIRED']
const UNKNOWN_AUTHORITY = [
  'SELF_SIGNED_CERT_IN_CHAIN',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
]

const codeOf = (error: unknown, depth = 0): string => {
  if (!(error instanceof Error) || depth > 4) return ''
  const { code } = error as { code?: unknown }
  if (typeof code === 'string' && [...OUT_OF_DATE, ...UNKNOWN_AUTHORITY].includes(code)) return code
  const { cause, description } = error as { cause?: unknown; description?: unknown }
  const inner = (description as { error?: unknown } | undefined)?.error
  return codeOf(cause, depth + 1) || codeOf(inner, depth + 1)
}

/**
 * What keeps a secure connection from being made, where it is the certificate. clock: it is good at
 * another time than this machine's. authority: nobody whom this machine trusts vouches for it.
 */
export const tlsTrouble = (error: unknown): 'clock' | 'authority' | undefined => {
  const code = codeOf(error)
  if (OUT_OF_DATE.includes(code)) return 'clock'
  return UNKNOWN_AUTHORITY.includes(code) ? 'authority' : undefined
}
