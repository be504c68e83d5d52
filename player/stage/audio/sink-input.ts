import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

const run = promisify(execFile)
const TIMEOUT_MS = 3_000

const pactl = async (...args: string[]): Promise<string> =>
  (await run('pactl', args, { timeout: TIMEOUT_MS })).stdout

/**
 * The number under which a sound server knows the stream that carries a property's value. What is
 * listed is translated; that a stream's first line ends with #NUMBER is not.
 */
const numberOf = async (value: string): Promise<string | undefined> => {
  const blocks = (await pactl('list', 'sink-inputs')).split(/^(?=\S.*#\d+$)/m)
  return blocks.find((block) => block.includes(`"${value}"`))?.match(/#(\d+)$/m)?.[1]
}

/**
 * The tap of one stream inside the sound server: it acts on what is already buffered there. Words to
 * it are said one after another.
 * @param id value of a property that only this stream has
 */
export const createSinkInput = (id: string, onFailed: (reason: string) => void) => {
  let number: string | undefined
  let isGone = false
  let queue = Promise.resolve()

  const say = (verb: string, value: string) => {
    queue = queue.then(async () => {
      if (isGone) return
      try {
        number ??= await numberOf(id)
        if (number === undefined) throw new Error('the stream is not listed')
        await pactl(verb, number, value)
      } catch (error) {
        if (!isGone) onFailed(error instanceof Error ? error.message : String(error))
      }
    })
  }

  return {
    /** Looks its number up ahead, so that the first word is quick. */
    find() {
      queue = queue.then(async () => {
        number ??= await numberOf(id).catch(() => undefined)
      })
    },
    /** At once and not faded: on a busy machine each word takes hundreds of milliseconds. */
    silence: () => say('set-sink-input-volume', '0%'),
    restore: () => say('set-sink-input-volume', '100%'),
    setMuted: (isMuted: boolean) => say('set-sink-input-mute', isMuted ? '1' : '0'),
    forget() {
      isGone = true
    },
  }
}
