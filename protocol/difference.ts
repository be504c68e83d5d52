import { z } from 'zod'
import { Envelope } from './envelope.ts'
import { Revision } from './manifest.ts'

/** Text as it is, or the stretch [from, to) of the text that the receiver holds, in UTF-16 units. */
const Part = z.union([z.string(), z.tuple([z.int().nonnegative(), z.int().nonnegative()])])
export type Part = z.infer<typeof Part>

/** A signed payload told as what it has in common with the one of an earlier revision. */
export const Difference = Envelope.omit({ payload: true }).extend({
  /** The revision whose payload the parts point into. */
  base: Revision,
  parts: z.array(Part).max(20_000),
})
export type Difference = z.infer<typeof Difference>

const piecesOf = (text: string): string[] => text.split(/(?<=,)/)

/** Tells `wanted` by stretches of `base`, piece by piece; short where most of it has stayed. */
export const differenceParts = (base: string, wanted: string): Part[] => {
  const places = new Map<string, number>()
  let place = 0
  for (const piece of piecesOf(base)) {
    if (!places.has(piece)) places.set(piece, place)
    place += piece.length
  }
  const parts: Part[] = []
  for (const piece of piecesOf(wanted)) {
    const last = parts.at(-1)
    if (Array.isArray(last) && base.startsWith(piece, last[1])) {
      last[1] += piece.length
      continue
    }
    const found = places.get(piece)
    if (found !== undefined) parts.push([found, found + piece.length])
    else if (typeof last === 'string') parts[parts.length - 1] = last + piece
    else parts.push(piece)
  }
  return parts
}

/** A manifest of 60,000 media, in UTF-16 units: parts may name one stretch thousands of times. */
export const MOST_MANIFEST_UNITS = 8_000_000

/**
 * The text that parts tell.
 * @returns undefined where they point outside of `base`, or tell more than a manifest can be: ask for
 *   all of it
 */
export const rebuild = (base: string, parts: readonly Part[]): string | undefined => {
  const pieces: string[] = []
  let units = 0
  for (const part of parts) {
    if (Array.isArray(part) && !(part[0] <= part[1] && part[1] <= base.length)) return undefined
    const piece = typeof part === 'string' ? part : base.slice(part[0], part[1])
    units += piece.length
    if (units > MOST_MANIFEST_UNITS) return undefined
    pieces.push(piece)
  }
  return pieces.join('')
}
