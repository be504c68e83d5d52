import { type Desired, type Envelope, rebuild } from '#protocol'
import type { Trust } from './accept.ts'

const text = (base64: string): string => Buffer.from(base64, 'base64').toString('utf8')

/**
 * What the server wants, as the envelope that it signed: as it came, or rebuilt from the manifest in
 * force. undefined where the difference is from another one. Whether it fits is for the signature to say.
 */
export const wholeOf = (desired: Desired, applied: Trust['applied']): Envelope | undefined => {
  if ('manifest' in desired) return desired.manifest
  const { base, parts, ...sealed } = desired.difference
  const payload = applied?.revision === base ? rebuild(text(applied.payload), parts) : undefined
  if (payload === undefined) return undefined
  return { ...sealed, payload: Buffer.from(payload, 'utf8').toString('base64') }
}
