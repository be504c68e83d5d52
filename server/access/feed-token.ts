import { createHmac, timingSafeEqual } from 'node:crypto'

/** What a calendar is of. */
export type FeedSubject = `area ${string}` | `device ${string}`

export type FeedTokens = ReturnType<typeof createFeedTokens>

const SEPARATOR = '.'

/**
 * Addresses with which a calendar program reads one calendar in somebody's name: it cannot sign in.
 * What that person may no longer see, the address no longer shows.
 */
export const createFeedTokens = (secret: string) => {
  const sealOf = (userId: string, subject: FeedSubject): string =>
    createHmac('sha256', secret).update(`calendar\n${userId}\n${subject}`).digest('base64url')
  return {
    make: (userId: string, subject: FeedSubject): string =>
      [Buffer.from(userId).toString('base64url'), sealOf(userId, subject)].join(SEPARATOR),

    /** Whose address this is, or undefined where it was made for something else or by somebody else. */
    read(token: string, subject: FeedSubject): string | undefined {
      const [name = '', seal = ''] = token.split(SEPARATOR)
      const userId = Buffer.from(name, 'base64url').toString('utf8')
      const given = Buffer.from(seal)
      const right = Buffer.from(sealOf(userId, subject))
      const isRight = given.length === right.length && timingSafeEqual(given, right)
      return isRight ? userId : undefined
    },
  }
}
