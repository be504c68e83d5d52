import type { Block, Channel, EpochMs, PlaylistId } from '#protocol'
import type { Clash } from './clash.ts'

/** What the palette puts on the grid. */
export type PaletteItem = {
  playlistId: PlaylistId
  name: string
  channel: Channel
  lengthMs: number
}

export type DragSource =
  | { mode: 'create' }
  | { mode: 'palette'; item: PaletteItem }
  | { mode: 'move' | 'resize-start' | 'resize-end'; block: Block; key: string; lane: number }

/** Something under the pointer, and where it would come to lie. */
export type Drag = {
  source: DragSource
  /** The row it is over; undefined: none. */
  rowIndex: number | undefined
  from: EpochMs
  to: EpochMs
  clash: Clash | { kind: 'other' } | undefined
  pointer: { x: number; y: number }
}

/** What is being dragged: held outside React's tree, so that moving it draws the ghost and nothing else. */
export const createDragStore = () => {
  let drag: Drag | undefined
  const listeners = new Set<() => void>()
  return {
    get: () => drag,
    set: (next: Drag | undefined) => {
      drag = next
      for (const listener of listeners) listener()
    },
    subscribe: (listener: () => void) => {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
}

export type DragStore = ReturnType<typeof createDragStore>
