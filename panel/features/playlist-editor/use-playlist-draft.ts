import { useState } from 'react'
import type { Playlist, PlaylistItem } from '#protocol'

/** A playlist while it is edited: its items have keys of their own, for one asset may stand in it twice. */
export type PlaylistDraft = Pick<Playlist, 'name' | 'areaId' | 'channel' | 'shuffle'> & {
  items: { key: string; item: PlaylistItem }[]
}

export const draftOfPlaylist = (playlist: Omit<Playlist, 'id' | 'version'>): PlaylistDraft => {
  const { name, areaId, channel, shuffle, items } = playlist
  return {
    name,
    areaId,
    channel,
    shuffle,
    items: items.map((item) => ({ key: crypto.randomUUID(), item })),
  }
}

export const inputOfDraft = ({ items, ...rest }: PlaylistDraft) => ({
  ...rest,
  items: items.map(({ item }) => item),
})

const MOST_STEPS = 100

/** The draft, with every change to be taken back one by one. */
export const usePlaylistDraft = (initial: PlaylistDraft) => {
  const [saved, setSaved] = useState(initial)
  const [history, setHistory] = useState([initial])
  const draft = history.at(-1) ?? initial
  const change = (next: (before: PlaylistDraft) => PlaylistDraft) =>
    setHistory((steps) => [...steps.slice(-MOST_STEPS), next(steps.at(-1) ?? initial)])
  return {
    draft,
    // The oldest step is no measure: after many changes it is one of them.
    isChanged: JSON.stringify(inputOfDraft(draft)) !== JSON.stringify(inputOfDraft(saved)),
    canUndo: history.length > 1,
    undo: () => setHistory((steps) => (steps.length > 1 ? steps.slice(0, -1) : steps)),
    set: (part: Partial<PlaylistDraft>) => change((before) => ({ ...before, ...part })),
    insert: (item: PlaylistItem, index?: number) =>
      change((before) => {
        const at = index ?? before.items.length
        const entry = { key: crypto.randomUUID(), item }
        return { ...before, items: before.items.toSpliced(at, 0, entry) }
      }),
    /** Moves an item so that it stands before what is at `index` now. */
    move: (key: string, index: number) =>
      change((before) => {
        const from = before.items.findIndex((entry) => entry.key === key)
        const entry = before.items[from]
        if (!entry) return before
        const rest = before.items.toSpliced(from, 1)
        return { ...before, items: rest.toSpliced(index > from ? index - 1 : index, 0, entry) }
      }),
    replaceItem: (key: string, item: PlaylistItem) =>
      change((before) => ({
        ...before,
        items: before.items.map((entry) => (entry.key === key ? { key, item } : entry)),
      })),
    remove: (key: string) =>
      change((before) => ({ ...before, items: before.items.filter((entry) => entry.key !== key) })),
    /** What stands on the server now: there is nothing to take back behind it. */
    reset: (to: PlaylistDraft) => {
      setSaved(to)
      setHistory([to])
    },
  }
}

export type PlaylistEditing = ReturnType<typeof usePlaylistDraft>
