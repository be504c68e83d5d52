import { type KeyboardEvent, type RefObject, useEffect, useState } from 'react'
import type { RowLayout } from './lanes.ts'
import type { GridActions } from './timeline-grid.tsx'

const NUDGE_MS = 300_000

type Selected = { rowIndex: number; key: string }

type Options = GridActions & {
  box: RefObject<HTMLDivElement | null>
  rows: readonly RowLayout[]
  tops: readonly number[]
  headerPx: number
  isReadOnly: boolean
}

/** Which block of a row lies nearest to an instant. */
const nearest = (layout: RowLayout | undefined, at: number) =>
  layout?.placed.toSorted((a, b) => Math.abs(a.block.from - at) - Math.abs(b.block.from - at))[0]

/** The grid by keyboard: arrows from block to block, and what can be done with the one selected. */
export const useGridKeys = (options: Options) => {
  const { box, rows, tops, headerPx, isReadOnly } = options
  const [selected, select] = useState<Selected>()
  const [isMoved, setMoved] = useState(0)
  const layout = selected && rows[selected.rowIndex]
  const placed = layout?.placed.find(({ key }) => key === selected?.key)

  // Focus follows a selection that the keyboard moved, once its row is drawn.
  // biome-ignore lint/correctness/useExhaustiveDependencies: only a move by keyboard takes the focus
  useEffect(() => {
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
    }
    requestAnimationFrame(() => requestAnimationFrame(focus))
  }, [isMoved])

  const go = (to: Selected | undefined) => {
    if (!to) return
    select(to)
    setMoved((count) => count + 1)
  }

  const sideways = (step: number) => {
    if (!layout || !placed || !selected) return
    const next = layout.placed[layout.placed.indexOf(placed) + step]
    if (next) go({ rowIndex: selected.rowIndex, key: next.key })
  }

  const upOrDown = (step: number) => {
    if (!placed || !selected) return
    for (let index = selected.rowIndex + step; rows[index]; index += step) {
      const next = nearest(rows[index], placed.block.from)
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

  const act = (event: KeyboardEvent): boolean => {
    if (!layout || !placed) {
      if (event.key !== 'ArrowDown' && event.key !== 'ArrowRight') return false
      start()
      return true
    }
    const { block } = placed
    if (event.altKey && event.key.startsWith('Arrow') && !isReadOnly) {
      const sign = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0
      if (sign !== 0)
        options.onNudge(block, layout.row, sign * NUDGE_MS, event.shiftKey ? 'end' : 'both')
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
