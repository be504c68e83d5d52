import { z } from 'zod'

/** Line ends, tabs and other control characters, and runs of spaces. */
const BLANKS = /[\s\p{Cc}]+/gu

/**
 * A name or a title: one line of 1 to `most` characters. Line ends and runs of white space become one
 * space: names stand in tables that are read by lines. Half a character becomes U+FFFD: it has no bytes.
 */
export const lineOf = (most: number) =>
  z
    .string()
    .overwrite((text) => text.toWellFormed().replace(BLANKS, ' ').trim())
    .min(1)
    .max(most)
