import { type KeyboardEvent, type RefObject, useLayoutEffect, useRef, useState } from 'react'
import type { Axis } from './axis.ts'
import type { Placed, RowLayout } from './lanes.ts'
import type { GridActions } from './timeline-grid.tsx'

const NUDGE_MS = 300_000
const NEW_MS = 900_000
const NEW_AT_MS = 5 * 3_600_000

type Selected = { rowIndex: number; key: string }

type Options = GridActions & {
  box: RefObject<HTMLDivElement | null>
  rows: readonly RowLayout[]
  axis: Axis
  tops: readonly number[]
  headerPx: number
  isReadOnly: boolean
}

/** Which block lies nearest to an instant. */
const nearest = (placed: readonly Placed[] | undefined, at: number): Placed | undefined =>
  placed?.toSorted((a, b) => Math.abs(a.block.from - at) - Math.abs(b.block.from - at))[0]

/** What has become of a block that is no longer where it was: it moved, or its neighbour is next. */
const successor = (layout: RowLayout | undefined, { block }: Placed, at: number) =>
  nearest(
    layout?.placed.filter(
      (other) =>
        other.block.schedule.id === block.schedule.id && other.block.channel === block.channel,
    ),
    at,
  ) ?? nearest(layout?.placed, at)

/** The grid by keyboard: arrows from block to block, and what can be done with the one selected. */
export const useGridKeys = (options: Options) => {
  const { box, rows, axis, tops, headerPx, isReadOnly } = options
  const [selected, select] = useState<Selected>()
  const [isMoved, setMoved] = useState(0)
  const layout = selected && rows[selected.rowIndex]
  const placed = layout?.placed.find(({ key }) => key === selected?.key)
  const last = useRef<Placed>(undefined)
  const awaited = useRef<{ at: number }>(undefined)
  if (placed) last.current = placed

  // Focus follows a selection that the keyboard moved: at once, so that the next key is heard too, or
  // where its row is not drawn yet, once it is.
  // biome-ignore lint/correctness/useExhaustiveDependencies: only a move by keyboard takes the focus
  useLayoutEffect(() => {
    if (isMoved === 0 || !selected) return
    const element = box.current
    const top = tops[selected.rowIndex] ?? 0
    const bottom = tops[selected.rowIndex + 1] ?? top
    if (element) {
      if (top < element.scrollTop) element.scrollTop = top
      if (bottom + headerPx > element.scrollTop + element.clientHeight)
        element.scrollTop = bottom + headerPx - element.clientHeight
    }
    const focus = () => {
      const button = element?.querySelector<HTMLElement>(
        `[data-row="${selected.rowIndex}"] [data-block="${CSS.escape(selected.key)}"]`,
      )
      button?.focus({ preventScroll: true })
      button?.scrollIntoView({ block: 'nearest', inline: 'nearest' })
      return button
    }
    if (!focus()) requestAnimationFrame(() => requestAnimationFrame(focus))
  }, [isMoved])

  const go = (to: Selected | undefined) => {
    if (!to) return
    select(to)
    setMoved((count) => count + 1)
  }

  // A block that was moved or removed takes the selection and the focus along.
  // biome-ignore lint/correctness/useExhaustiveDependencies: only a change of the rows moves blocks
  useLayoutEffect(() => {
    const before = last.current
    if (!selected || placed || !before) return
    const at = awaited.current?.at ?? before.block.from
    const next = successor(layout, before, at)
    const hadFocus = awaited.current !== undefined || document.activeElement === document.body
    awaited.current = undefined
    const to = next && { rowIndex: selected.rowIndex, key: next.key }
    if (hadFocus && to) go(to)
    else select(to)
    if (hadFocus && !to) box.current?.focus()
  }, [rows])

  const sideways = (step: number) => {
    if (!layout || !placed || !selected) return
    const next = layout.placed[layout.placed.indexOf(placed) + step]
    if (next) go({ rowIndex: selected.rowIndex, key: next.key })
  }

  const upOrDown = (step: number) => {
    if (!placed || !selected) return
    for (let index = selected.rowIndex + step; rows[index]; index += step) {
      const next = nearest(rows[index]?.placed, placed.block.from)
      if (next) {
        go({ rowIndex: index, key: next.key })
        return
      }
    }
  }

  const start = () => {
    const rowIndex = rows.findIndex((row) => row.placed.length > 0)
    const first = rows[rowIndex]?.placed[0]
    go(first && { rowIndex, key: first.key })
  }

  /** Right after what is selected or, where nothing is, in the morning of the first day. */
  const create = () => {
    const row = (layout ?? rows[0])?.row
    const day = axis.days[0]
    if (!row || !day || isReadOnly) return
    const from = placed?.block.to ?? day.startsAt + NEW_AT_MS
    options.onDrop({ source: { mode: 'create' }, row, from, to: from + NEW_MS })
  }

  const act = (event: KeyboardEvent): boolean => {
    awaited.current = undefined
    if (event.key.toLowerCase() === 'n' && !event.ctrlKey && !event.metaKey && !event.altKey) {
      create()
      return true
    }
    if (!layout || !placed) {
      if (event.key !== 'ArrowDown' && event.key !== 'ArrowRight') return false
      start()
      return true
    }
    const { block } = placed
    if (event.altKey && event.key.startsWith('Arrow') && !isReadOnly) {
      const sign = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0
      const edge = event.shiftKey ? 'end' : 'both'
      awaited.current = { at: block.from + (edge === 'both' ? sign * NUDGE_MS : 0) }
      if (sign !== 0) options.onNudge(block, layout.row, sign * NUDGE_MS, edge)
      return true
    }
    switch (event.key) {
      case 'ArrowLeft':
        sideways(-1)
        return true
      case 'ArrowRight':
        sideways(1)
        return true
      case 'ArrowUp':
        upOrDown(-1)
        return true
      case 'ArrowDown':
        upOrDown(1)
        return true
      case 'Home':
        go(layout.placed[0] && { rowIndex: selected?.rowIndex ?? 0, key: layout.placed[0].key })
        return true
      case 'End': {
        const end = layout.placed.at(-1)
        go(end && { rowIndex: selected?.rowIndex ?? 0, key: end.key })
        return true
      }
      case 'Delete':
        awaited.current = { at: block.from }
        if (!isReadOnly) options.onRemove(block, layout.row)
        return true
      case 'd':
      case 'D':
        if (!(event.ctrlKey || event.metaKey)) return false
        if (!isReadOnly) options.onDuplicate(block, layout.row)
        return true
      default:
        return false
    }
  }

  return {
    selected: placed ? selected : undefined,
    select,
    onKeyDown: (event: KeyboardEvent) => {
      if (act(event)) event.preventDefault()
    },
  }
}
