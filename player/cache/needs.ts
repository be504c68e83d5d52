import type { Timeline } from '#playlists/timeline'
import type { EpochMs, Manifest, Sha256 } from '#protocol'

/** A file that a plan names, and when it is first needed. */
export type Need = {
  sha256: Sha256
  bytes: number
  neededAt: EpochMs
}

/** The first instant at or after `now` at which each medium of a timeline is on air. */
const firstNeeds = (timeline: Timeline, now: EpochMs): Map<Sha256, EpochMs> => {
  const needs = new Map<Sha256, EpochMs>()
  for (const { from, to, anchor, segment } of timeline) {
    if (to <= now) continue
    const loopMs = segment.items.reduce((sum, item) => sum + item.durationMs, 0)
    const wanted = Math.max(from, now)
    let startAt = anchor
    for (const { sha256, durationMs, fallback } of segment.items) {
      // The first round in which the item is not over yet by then.
      const round = Math.max(0, Math.floor((wanted - startAt - durationMs) / loopMs) + 1)
      const at = Math.max(wanted, startAt + round * loopMs)
      startAt += durationMs
      if (at >= to || (round > 0 && !segment.repeat)) continue
      for (const name of [sha256, fallback?.sha256]) {
        if (name && at < (needs.get(name) ?? Number.MAX_SAFE_INTEGER)) needs.set(name, at)
      }
    }
  }
  return needs
}

/**
 * What a manifest lists, soonest needed first; what no plan needs any more comes last, and is still
 * kept.
 */
export const needsOf = (
  manifest: Manifest,
  timelines: readonly Timeline[],
  now: EpochMs,
): Need[] => {
  const firsts = timelines.map((timeline) => firstNeeds(timeline, now))
  return manifest.media
    .map(({ sha256, bytes }) => ({
      sha256,
      bytes,
      neededAt: Math.min(...firsts.map((needs) => needs.get(sha256) ?? manifest.playUntil)),
    }))
    .toSorted((a, b) => a.neededAt - b.neededAt)
}
