import { Portal } from '@mantine/core'
import { useSyncExternalStore } from 'react'
import { useTranslation } from 'react-i18next'
import { dateAt } from '#playlists'
import { clock, shortDay } from '../../../ui/when.ts'
import type { Axis } from './axis.ts'
import type { Drag, DragStore } from './drag-store.ts'
import classes from './grid.module.css'
import { laneTop, type RowLayout } from './lanes.ts'

type Props = {
  store: DragStore
  axis: Axis
  rows: readonly RowLayout[]
  tops: readonly number[]
  labelPx: number
  headerPx: number
}

const TIP_OFFSET_PX = 16
const TIP_ROOM_PX = 330

const useReason = () => {
  const { t } = useTranslation()
  return (clash: Drag['clash'], axis: Axis): string | undefined => {
    if (!clash) return undefined
    if (clash.kind === 'other' || clash.kind === 'outside') return t(`schedule.clash.${clash.kind}`)
    const from = clock(clash.span.from, axis.timeZone)
    const to = clock(clash.span.to, axis.timeZone)
    return clash.kind === 'quiet'
      ? t('schedule.clash.quiet', { from, to })
      : t('schedule.clash.conflict', { name: clash.schedule, from, to })
  }
}

/** The ghost of what is dragged, and beside the pointer when it would be and what is in its way. */
export const DragLayer = ({ store, axis, rows, tops, labelPx, headerPx }: Props) => {
  const drag = useSyncExternalStore(store.subscribe, store.get)
  const reasonOf = useReason()
  if (!drag) return null
  const { source, rowIndex, from, to, clash, pointer } = drag
  const row = rowIndex === undefined ? undefined : rows[rowIndex]
  const lane = 'lane' in source ? source.lane : 0
  const left = labelPx + axis.xOf(from)
  const top = headerPx + (tops[rowIndex ?? 0] ?? 0) + laneTop(Math.min(lane, (row?.lanes ?? 1) - 1))
  const reason = reasonOf(clash, axis)
  const isAtRight = pointer.x + TIP_ROOM_PX > window.innerWidth
  const tipX = isAtRight ? pointer.x - TIP_OFFSET_PX : pointer.x + TIP_OFFSET_PX
  return (
    <>
      {row && (
        <div
          className={classes.ghost}
          data-clash={clash?.kind}
          style={{
            transform: `translate(${left}px, ${top}px)`,
            width: Math.max(4, axis.xOf(to) - axis.xOf(from)),
            height: row.lanePx - 2,
          }}
        />
      )}
      <Portal>
        <div
          className={classes.tip}
          role="status"
          data-drag-tip
          style={{
            transform: `translate(${tipX}px, ${pointer.y + TIP_OFFSET_PX}px)${isAtRight ? ' translateX(-100%)' : ''}`,
          }}
        >
          {source.mode === 'palette' && <div>{source.item.name}</div>}
          {row && (
            <div>
              {shortDay(dateAt(from, axis.timeZone))} {clock(from, axis.timeZone)}–
              {clock(to, axis.timeZone)} · {row.row.name}
            </div>
          )}
          {reason && <div className={classes.tipReason}>{reason}</div>}
        </div>
      </Portal>
    </>
  )
}
