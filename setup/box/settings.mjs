import { parseEnv } from 'node:util'

/**
 * How Node is started on a box, which has little memory and much time: one of V8's compilers is
 * enough, and each of the others brings megabytes of itself into memory.
 */
export const NODE_FLAGS = [
  '--optimize-for-size',
  '--max-semi-space-size=1',
  '--no-short-builtin-calls',
  '--no-turbofan',
  '--no-sparkplug',
  '--v8-pool-size=1',
]

/** What is freed goes back to the system, and is not kept for later. */
export const MALLOC = {
  MALLOC_ARENA_MAX: '1',
  MALLOC_TRIM_THRESHOLD_: '65536',
  MALLOC_MMAP_THRESHOLD_: '65536',
}

/** Options of the installation that are settings of the player. */
export const SETTINGS = {
  server: 'SERVER_URL',
  code: 'ENROLMENT_CODE',
  output: 'AUDIO_OUTPUT',
  monitor: 'AUDIO_MONITOR',
  display: 'DISPLAY_MODE',
}

/**
 * Puts settings into a file of settings; what else stands in it stays, comments included.
 * @param {string} text
 * @param {Record<string, string>} settings
 */
export const withSettings = (text, settings) => {
  const left = new Map(Object.entries(settings))
  const lines = text.split('\n').map((line) => {
    const name = /^([A-Z_]+)=/.exec(line)?.[1] ?? ''
    const value = left.get(name)
    left.delete(name)
    return value === undefined ? line : `${name}=${value}`
  })
  if (lines.at(-1) === '') lines.pop()
  for (const [name, value] of left) lines.push(`${name}=${value}`)
  return `${lines.join('\n')}\n`
}

/**
 * What is set in a file of settings.
 * @param {string} text
 * @returns {Record<string, string | undefined>}
 */
export const settingsIn = (text) => ({ ...parseEnv(text) })
