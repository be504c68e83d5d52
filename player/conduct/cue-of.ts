import { type Entry, volumesOf } from '#playlists/timeline'
import type { Channel, Manifest, OnAir } from '#protocol'
import type { MediaCache } from '../cache/media-cache.ts'
import type { Cue } from '../stage/stage.ts'

/** An entry as the status says it. */
export const onAir = ({ item, from, to }: Entry, startAt: number = from): OnAir => ({
  title: item.title,
  themeCodes: item.themes.map(({ code }) => code),
  schedule: item.schedule.name,
  startedAt: Math.round(startAt),
  endsAt: Math.round(to),
})

/** What a stage is given of an entry that is brought out from now on. */
export const cueOf = (
  channel: Channel,
  { key, entry }: { key: string; entry: Entry },
  cache: Pick<MediaCache, 'pathOf' | 'has'>,
  { relayHosts }: Manifest,
  now: number,
): Cue => {
  const { item, segment, startAt, to } = entry
  const from = Math.max(entry.from, now)
  const path = cache.pathOf(item.sha256)
  const { volume, because } = segment
  const cue = { key, item, path, from, to, offsetMs: from - startAt, volume }
  if (channel !== 'audio') return cue
  const fallback = item.fallback?.sha256
  const sound = {
    priority: because.priority,
    volumes: volumesOf({ ...entry, from }),
    fallbackPath: fallback && cache.has(fallback) ? cache.pathOf(fallback) : null,
    relayHosts,
  }
  return { ...cue, sound }
}
