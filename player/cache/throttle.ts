import { Transform } from 'node:stream'

/** So much may come at once after a pause. */
const BURST_MS = 250

/**
 * Lets bytes through no faster than a ceiling.
 * @param bytesPerSecond undefined: as fast as they come
 */
export const throttle = (bytesPerSecond: number | undefined): Transform => {
  let freeAt = performance.now()
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      if (bytesPerSecond === undefined) return done(null, chunk)
      const now = performance.now()
      freeAt = Math.max(freeAt, now - BURST_MS) + (chunk.length / bytesPerSecond) * 1000
      return void setTimeout(() => done(null, chunk), Math.max(0, freeAt - now))
    },
  })
}
