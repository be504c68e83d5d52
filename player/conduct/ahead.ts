import type { Logger } from 'pino'
import { entriesBetween, type Timeline } from '#playlists/timeline'
import type { MediaCache } from '../cache/media-cache.ts'
import type { Stage } from '../stage/stage.ts'

/** What is decoded ahead: everything that is on within this time. */
const PREPARE_AHEAD_MS = 10 * 60_000

type AheadDeps = { stage: Stage; cache: MediaCache; log: Logger }

/** Has done ahead what takes long, one item after another. */
export const createAhead = ({ stage, cache, log }: AheadDeps) => {
  const prepared = new Set<string>()
  return {
    /** A new plan: what it holds is looked at anew. */
    begin: () => prepared.clear(),

    /** Begins with the next item that is not ready yet, where there is one. */
    prepare(timeline: Timeline, now: number): void {
      for (const { item } of entriesBetween(timeline, now, now + PREPARE_AHEAD_MS)) {
        if (prepared.has(item.sha256) || !cache.has(item.sha256)) continue
        prepared.add(item.sha256)
        stage.prepare(item, cache.pathOf(item.sha256)).catch((error) => {
          prepared.delete(item.sha256)
          log.warn(error, 'an item could not be prepared')
        })
        return
      }
    },
  }
}
