import type { Playlist, PlaylistId } from '#protocol'
import { MOST_NESTED, MOST_UNITS } from './unfold.ts'

/** Why a playlist cannot be unfolded, and the way from it down to where that shows. */
export type NestingProblem = {
  kind: 'cycle' | 'too-deep' | 'too-long'
  path: readonly PlaylistId[]
}

/** Refuses a playlist that contains itself, is nested too deep, or unfolds without end [NE3]. */
export const nestingProblem = (
  id: PlaylistId,
  playlists: ReadonlyMap<PlaylistId, Pick<Playlist, 'items'>>,
): NestingProblem | undefined => {
  let entries = 0
  const walk = (at: PlaylistId, above: readonly PlaylistId[]): NestingProblem | undefined => {
    const path = [...above, at]
    if (above.includes(at)) return { kind: 'cycle', path }
    if (above.length >= MOST_NESTED) return { kind: 'too-deep', path }
    for (const item of playlists.get(at)?.items ?? []) {
      entries += 1
      if (entries > MOST_UNITS) return { kind: 'too-long', path }
      const inside = item.kind === 'playlist' ? walk(item.playlistId, path) : undefined
      if (inside) return inside
    }
    return undefined
  }
  return walk(id, [])
}
