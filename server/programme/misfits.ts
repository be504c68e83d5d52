import type { Programme } from '#playlists'
import { DEFAULT_SLIDE_MS, type Misfit, type PlaylistId, type Schedule } from '#protocol'
import type { Audience } from './audiences.ts'
import { type Window, windowsOf } from './windows.ts'

/** How long all of a playlist is, as far as its items may be played at all. */
const playlistMs = (
  id: PlaylistId | null,
  programme: Programme,
  path: readonly string[] = [],
): number => {
  if (id === null || path.includes(id)) return 0
  let total = 0
  for (const item of programme.playlists.get(id)?.items ?? []) {
    if (item.kind === 'playlist') {
      const nested = programme.playlists.get(item.playlistId)
      const all = playlistMs(item.playlistId, programme, [...path, id])
      const share = nested && item.take !== null ? item.take / Math.max(1, nested.items.length) : 1
      total += all * share
      continue
    }
    const asset = programme.assets.get(item.assetId)
    if (asset?.approval.state !== 'approved' || !asset.rendition) continue
    total += asset.rendition.durationMs ?? item.durationMs ?? DEFAULT_SLIDE_MS
  }
  return Math.round(total)
}

/** Where a schedule's playlist does not fill its window, or does not fit into it. */
export const misfitOf = (
  schedule: Schedule,
  audience: Audience,
  programme: Programme,
  first: string,
  last: string,
): Misfit | null => {
  const [window] = windowsOf(schedule, audience, first, last)
  if (!window || programme.playlists.get(schedule.playlistId)?.channel !== 'audio') return null
  const { count, gapMs } = schedule.repeats
  const once = playlistMs(schedule.playlistId, programme)
  const playlist = once * count + gapMs * (count - 1)
  const windowMs = lengthOf(window)
  const kind = playlist > windowMs ? 'long' : 'short'
  const isFilled = kind === 'short' && (schedule.fill !== 'end' || playlist === windowMs)
  if (isFilled) return null
  return {
    schedule: { id: schedule.id, name: schedule.name },
    kind,
    windowMs,
    playlistMs: playlist,
    firstDate: window.date,
  }
}

const lengthOf = ({ from, to }: Window): number => to - from
