import { type KeyboardEvent, type MouseEvent, useEffect, useMemo, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { dateAt, startOfDay } from '#playlists'
import type { Block, Channel, LocalDate, TimelineRow, TimeZone } from '#protocol'
import { serverNow } from '../../../server.ts'
import { useNow } from '../../../ui/use-now.ts'
import { busySlots, createAxis } from './axis.ts'
import { BandPatterns } from './bands.tsx'
import { DragLayer } from './drag-layer.tsx'
import { createDragStore, type DragSource } from './drag-store.ts'
import classes from './grid.module.css'
import { GridHeader } from './grid-header.tsx'
import { GridRow } from './grid-row.tsx'
import { layOut } from './lanes.ts'
import { type Drop, useGridDrag } from './use-grid-drag.ts'
import { useGridKeys } from './use-grid-keys.ts'
import { useVisibleRows } from './use-visible-rows.ts'
import { useWidth } from './use-width.ts'

const HEADER_PX = 48
const SCROLLBAR_PX = 14

export type GridActions = {
  onOpen: (block: Block, row: TimelineRow) => void
  onDrop: (drop: Drop) => void
  onDuplicate: (block: Block, row: TimelineRow) => void
  onRemove: (block: Block, row: TimelineRow) => void
  onNudge: (block: Block, row: TimelineRow, byMs: number, edge: 'both' | 'end') => void
  canChangeRow: (block: Block, row: TimelineRow) => boolean
}

type Props = GridActions & {
  rows: readonly TimelineRow[]
  from: LocalDate
  days: number
  timeZone: TimeZone
  isFolded: boolean
  channel: Channel
  isReadOnly: boolean
  height: number | string
  /** Handed the function that starts a drag from the palette. */
  palette: { current: ((source: DragSource, event: React.PointerEvent) => void) | undefined }
}

/** Rows of communes or devices over days, on which schedules are laid. */
export const TimelineGrid = (props: Props) => {
  const { rows, from, days, timeZone, isFolded, channel, isReadOnly, height, palette } = props
  const { t } = useTranslation()
  const box = useRef<HTMLDivElement>(null)
  const boxPx = useWidth(box)
  const [store] = useState(createDragStore)
  const labelPx = boxPx > 0 && boxPx < 560 ? 112 : 208
  const leastPx = days === 1 ? 480 : days <= 7 ? days * 88 : days * 30
  const width = Math.max(leastPx, boxPx - labelPx - SCROLLBAR_PX)

  const busy = useMemo(() => {
    if (!isFolded) return undefined
    const starts = Array.from(
      { length: days },
      (_, index) => startOfDay(from, timeZone) + index * 86_400_000,
    )
    return busySlots(
      rows.flatMap((row) => [...row.windows, ...row.blocks]),
      starts,
    )
  }, [rows, isFolded, from, days, timeZone])
  const axis = useMemo(
    () => createAxis({ from, days, timeZone, width, busy }),
    [from, days, timeZone, width, busy],
  )
  const layouts = useMemo(() => rows.map(layOut), [rows])
  const { tops, first, last } = useVisibleRows(box, layouts, HEADER_PX)
  const geometry = { axis, rows: layouts, tops, labelPx, headerPx: HEADER_PX }
  const { canChangeRow, onDrop } = props
  const drag = useGridDrag({ ...geometry, box, store, channel, isReadOnly, canChangeRow, onDrop })
  useEffect(() => {
    palette.current = drag.beginPalette
  }, [palette, drag])
  const keys = useGridKeys({ ...props, ...geometry, box })

  const blockAt = (target: EventTarget) => {
    const button = (target as HTMLElement).closest<HTMLElement>('[data-block]')
    const index = Number(button?.closest<HTMLElement>('[data-row]')?.dataset.row)
    const layout = layouts[index]
    const placed = layout?.placed.find(({ key }) => key === button?.dataset.block)
    return layout && placed ? { layout, placed, index } : undefined
  }
  const click = (event: MouseEvent) => {
    const found = blockAt(event.target)
    if (!found) return
    keys.select({ rowIndex: found.index, key: found.placed.key })
    props.onOpen(found.placed.block, found.layout.row)
  }
  const focus = (event: { target: EventTarget }) => {
    const found = blockAt(event.target)
    if (found) keys.select({ rowIndex: found.index, key: found.placed.key })
  }

  // Rows that are laid out for a width that is not known yet would all be laid out twice.
  const inSight = boxPx > 0 ? layouts.slice(first, last) : []
  const today = dateAt(serverNow(), timeZone)
  // biome-ignore lint/correctness/useExhaustiveDependencies: only where other days are shown
  useEffect(() => {
    const column = axis.days.find(({ date }) => date === today)
    if (box.current && boxPx > 0)
      box.current.scrollLeft = Math.max(0, Math.round((column?.x ?? 0) - width / 4))
  }, [from, days, boxPx > 0])

  const fullHeight = HEADER_PX + (tops.at(-1) ?? 0)
  return (
    // biome-ignore lint/a11y/useSemanticElements: a table cannot be scrolled in windows
    <div
      ref={box}
      className={classes.box}
      style={{ height }}
      role="grid"
      aria-label={t('schedule.grid')}
      aria-rowcount={rows.length + 1}
      aria-describedby="grid-help"
      aria-readonly={isReadOnly}
      tabIndex={keys.selected ? -1 : 0}
      onPointerDown={drag.onPointerDown}
      onClick={click}
      onFocus={focus}
      onKeyDown={(event: KeyboardEvent) => keys.onKeyDown(event)}
    >
      <BandPatterns />
      <GridHeader axis={axis} labelPx={labelPx} heightPx={HEADER_PX} today={today} />
      {/* biome-ignore lint/a11y/useSemanticElements: as above */}
      <div role="rowgroup" style={{ height: fullHeight - HEADER_PX, width: labelPx + width }}>
        <div role="presentation" style={{ position: 'relative' }}>
          {inSight.map((layout, offset) => {
            const index = first + offset
            const isHere = keys.selected?.rowIndex === index
            const selectedKey = isHere ? keys.selected?.key : undefined
            return (
              <GridRow
                key={layout.row.id}
                layout={layout}
                index={index}
                top={tops[index] ?? 0}
                axis={axis}
                labelPx={labelPx}
                selectedKey={selectedKey}
              />
            )
          })}
        </div>
      </div>
      <NowLine axis={axis} labelPx={labelPx} height={fullHeight} />
      <DragLayer {...geometry} store={store} />
    </div>
  )
}

const NowLine = (props: {
  axis: ReturnType<typeof createAxis>
  labelPx: number
  height: number
}) => {
  const now = useNow()
  const { axis, labelPx, height } = props
  const x = axis.xOf(now)
  if (x <= 0 || x >= axis.width) return null
  return (
    <div
      className={classes.now}
      style={{ left: labelPx + x, top: HEADER_PX, height: height - HEADER_PX }}
      aria-hidden
    />
  )
}
