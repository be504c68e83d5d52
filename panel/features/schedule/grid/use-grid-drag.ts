import { type RefObject, useEffect, useMemo, useRef } from 'react'
import type { Block, Channel, Priority, TimelineRow } from '#protocol'
import { type Axis, snapTo } from './axis.ts'
import { clashOf } from './clash.ts'
import type { Drag, DragSource, DragStore } from './drag-store.ts'
import type { RowLayout } from './lanes.ts'

const THRESHOLD_PX = 4
const EDGE_PX = 6
const SCROLL_EDGE_PX = 36
const SCROLL_STEP_PX = 14
const MINUTE_MS = 60_000
const DAY_MS = 86_400_000
const LEAST_MS = 5 * MINUTE_MS

export type Drop = { source: DragSource; row: TimelineRow; from: number; to: number }

type Options = {
  box: RefObject<HTMLDivElement | null>
  axis: Axis
  rows: readonly RowLayout[]
  tops: readonly number[]
  labelPx: number
  headerPx: number
  store: DragStore
  /** The channel of what is created on the empty ground. */
  channel: Channel
  isReadOnly: boolean
  /** Whether a block may leave its row. */
  canChangeRow: (block: Block, row: TimelineRow) => boolean
  onDrop: (drop: Drop) => void
}

type Start = { x: number; y: number; rowIndex: number; at: number; grabPx: number }

const channelOf = (source: DragSource, fallback: Channel): Channel =>
  'block' in source
    ? source.block.channel
    : source.mode === 'palette'
      ? source.item.channel
      : fallback

const priorityOf = (source: DragSource): Priority =>
  'block' in source ? source.block.priority : 'normal'

/** Dragging on the grid: to create, move and resize, and to drop from the palette. */
export const useGridDrag = (options: Options) => {
  const now = useRef(options)
  now.current = options
  const stop = useRef<(() => void) | undefined>(undefined)
  useEffect(() => () => stop.current?.(), [])

  return useMemo(() => {
    const stepMs = () => (now.current.axis.days.length > 7 ? 15 : 5) * MINUTE_MS

    const locate = (x: number, y: number) => {
      const { box, labelPx, headerPx, tops, rows } = now.current
      const element = box.current
      if (!element) return undefined
      const bounds = element.getBoundingClientRect()
      const isInside =
        x >= bounds.left + labelPx && x <= bounds.right && y >= bounds.top && y <= bounds.bottom
      const inY = y - bounds.top + element.scrollTop - headerPx
      const rowIndex = tops.findLastIndex((edge) => edge <= inY)
      return {
        axisX: x - bounds.left + element.scrollLeft - labelPx,
        rowIndex: isInside && rowIndex >= 0 && rowIndex < rows.length ? rowIndex : undefined,
      }
    }

    const spanOf = (source: DragSource, start: Start, axisX: number) => {
      const { axis } = now.current
      const at = axis.instantOf(axisX)
      switch (source.mode) {
        case 'create': {
          const other = snapTo(at, stepMs())
          const from = Math.min(start.at, other)
          return { from, to: Math.max(start.at, other, from + LEAST_MS) }
        }
        case 'palette': {
          const from = snapTo(at, stepMs())
          return { from, to: from + source.item.lengthMs }
        }
        case 'resize-end': {
          const { from } = source.block
          return { from, to: Math.max(from + LEAST_MS, snapTo(at, stepMs())) }
        }
        case 'resize-start': {
          const { to } = source.block
          return { from: Math.min(to - LEAST_MS, snapTo(at, stepMs())), to }
        }
        case 'move': {
          const { block } = source
          const moved =
            axis.days.length > 7
              ? block.from + Math.round((at - start.at) / DAY_MS) * DAY_MS
              : snapTo(axis.instantOf(axisX - start.grabPx), stepMs())
          return { from: moved, to: moved + block.to - block.from }
        }
      }
    }

    const follow = (source: DragSource, start: Start, event: PointerEvent): Drag => {
      const { rows, store, channel, canChangeRow } = now.current
      const pointer = { x: event.clientX, y: event.clientY }
      const found = locate(event.clientX, event.clientY)
      const span = spanOf(source, start, found?.axisX ?? 0)
      const isBound = source.mode === 'create' || source.mode.startsWith('resize')
      let rowIndex = isBound ? start.rowIndex : found?.rowIndex
      let isElsewhere = false
      const home = rows[start.rowIndex]
      if (source.mode === 'move' && home && rowIndex !== start.rowIndex) {
        isElsewhere = !canChangeRow(source.block, home.row)
        if (isElsewhere) rowIndex = start.rowIndex
      }
      const before = store.get()
      const isSame =
        before?.rowIndex === rowIndex && before?.from === span.from && before?.to === span.to
      const row = rowIndex === undefined ? undefined : rows[rowIndex]?.row
      const scheduleId = 'block' in source ? source.block.schedule.id : null
      const candidate = {
        ...span,
        channel: channelOf(source, channel),
        priority: priorityOf(source),
        scheduleId,
      }
      const clash = isElsewhere
        ? ({ kind: 'other' } as const)
        : isSame && before.clash?.kind !== 'other'
          ? before.clash
          : row && clashOf(row, candidate)
      return { source, rowIndex, ...span, clash, pointer }
    }

    const scrollAtEdges = ({ clientX, clientY }: PointerEvent) => {
      const element = now.current.box.current
      if (!element) return
      const { left, right, top, bottom } = element.getBoundingClientRect()
      const isOver = clientX > left && clientX < right && clientY > top && clientY < bottom
      if (!isOver) return
      const step = (low: number, high: number, value: number) =>
        value < low + SCROLL_EDGE_PX
          ? -SCROLL_STEP_PX
          : value > high - SCROLL_EDGE_PX
            ? SCROLL_STEP_PX
            : 0
      const x = step(left + now.current.labelPx, right, clientX)
      const y = step(top + now.current.headerPx, bottom, clientY)
      if (x !== 0 || y !== 0) element.scrollBy(x, y)
    }

    /** Follows the pointer until it is let go. */
    const begin = (source: DragSource, start: Start) => {
      const { store } = now.current
      let isDragging = source.mode === 'palette'
      const move = (event: PointerEvent) => {
        const far = Math.hypot(event.clientX - start.x, event.clientY - start.y)
        if (!isDragging && far < THRESHOLD_PX) return
        isDragging = true
        scrollAtEdges(event)
        store.set(follow(source, start, event))
      }
      const end = (isDropped: boolean) => {
        window.removeEventListener('pointermove', move)
        window.removeEventListener('pointerup', up)
        window.removeEventListener('pointercancel', cancel)
        window.removeEventListener('keydown', key, true)
        document.body.style.userSelect = ''
        stop.current = undefined
        const drag = store.get()
        store.set(undefined)
        if (!isDropped || !isDragging || !drag || drag.rowIndex === undefined) return
        const row = now.current.rows[drag.rowIndex]?.row
        if (row) now.current.onDrop({ source, row, from: drag.from, to: drag.to })
      }
      const up = () => {
        // The click that follows a drag is no click.
        if (isDragging) window.addEventListener('click', swallow, { capture: true, once: true })
        setTimeout(() => window.removeEventListener('click', swallow, { capture: true }), 0)
        end(true)
      }
      const cancel = () => end(false)
      const key = (event: KeyboardEvent) => {
        if (event.key !== 'Escape') return
        event.stopPropagation()
        cancel()
      }
      window.addEventListener('pointermove', move)
      window.addEventListener('pointerup', up)
      window.addEventListener('pointercancel', cancel)
      window.addEventListener('keydown', key, true)
      document.body.style.userSelect = 'none'
      stop.current = cancel
    }

    const swallow = (event: MouseEvent) => {
      event.stopPropagation()
      event.preventDefault()
    }

    const onPointerDown = (event: React.PointerEvent<HTMLElement>) => {
      // A finger scrolls; it presses a block to open it.
      if (event.button !== 0 || event.pointerType === 'touch' || now.current.isReadOnly) return
      const target = event.target as HTMLElement
      const cells = target.closest<HTMLElement>('[data-row]')
      const found = locate(event.clientX, event.clientY)
      if (!cells || !found) return
      const rowIndex = Number(cells.dataset.row)
      const at = snapTo(now.current.axis.instantOf(found.axisX), stepMs())
      const start = { x: event.clientX, y: event.clientY, rowIndex, at, grabPx: 0 }
      const button = target.closest<HTMLElement>('[data-block]')
      if (!button) {
        begin({ mode: 'create' }, start)
        return
      }
      const placed = now.current.rows[rowIndex]?.placed.find(
        ({ key }) => key === button.dataset.block,
      )
      if (!placed) return
      const bounds = button.getBoundingClientRect()
      const isWide = bounds.width > 4 * EDGE_PX
      const mode =
        isWide && event.clientX > bounds.right - EDGE_PX
          ? 'resize-end'
          : isWide && event.clientX < bounds.left + EDGE_PX
            ? 'resize-start'
            : 'move'
      const { block, key, lane } = placed
      begin({ mode, block, key, lane }, { ...start, grabPx: event.clientX - bounds.left })
    }

    const beginPalette = (source: DragSource, event: React.PointerEvent) => {
      if (event.button !== 0 || now.current.isReadOnly) return
      const { clientX: x, clientY: y } = event
      begin(source, { x, y, rowIndex: -1, at: 0, grabPx: 0 })
    }

    return { onPointerDown, beginPalette }
  }, [])
}
