import { parseEnv } from 'node:util'

/** How Node is started on a box, which has little memory and much time. */
export const NODE_FLAGS = ['--optimize-for-size', '--max-semi-space-size=1']

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
