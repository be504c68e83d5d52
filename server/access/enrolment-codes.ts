import { createHmac, randomInt } from 'node:crypto'

/** Read over the telephone: no letters that look or sound alike. About 50 bits, for a day. */
const ALPHABET = 'ABCDEFGHJKMNPQRSTUVWXYZ23456789'
const LENGTH = 10

export type EnrolmentCodes = ReturnType<typeof createEnrolmentCodes>

/**
 * Codes with which a device enrols. They are stored as keyed hashes: who reads the database cannot
 * enrol, and cannot find a code by trying all of them either.
 * @param secret kept outside the database
 */
export const createEnrolmentCodes = (secret: string) => ({
  make: (): string =>
    Array.from({ length: LENGTH }, () => ALPHABET[randomInt(ALPHABET.length)])
      .join('')
      .replace(/.{5}(?!$)/, '$&-'),

  /** The same for a code however it was typed: in small letters, with or without its hyphen. */
  hash: (code: string): string =>
    createHmac('sha256', secret)
      .update(`enrolment\n${code.toUpperCase().replace(/[^A-Z0-9]/g, '')}`)
      .digest('hex'),
})
