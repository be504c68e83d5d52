import type { TFunction } from 'i18next'
import { memo } from 'react'
import { themeColour } from '../../../ui/theme-chip.tsx'
import { clock } from '../../../ui/when.ts'
import type { Axis } from './axis.ts'
import classes from './grid.module.css'
import { laneTop, type Placed } from './lanes.ts'

const LEAST_PX = 7
const CODE_PX = 24
const NAME_PX = 74
const PLAIN = '#4a5560'

/** A block takes the colour of its theme; one without a theme, or of several, is grey. */
const colourOf = (codes: readonly string[]): string =>
  codes.length === 1 && codes[0] ? themeColour(codes[0]) : PLAIN

const codeOf = (codes: readonly string[]): string =>
  codes.length > 1 ? `${codes[0]} +${codes.length - 1}` : (codes[0] ?? '')

type Props = {
  /** Handed down: thousands of blocks that each listen for a change of language take their time. */
  t: TFunction
  placed: Placed
  axis: Axis
  lanePx: number
  rowName: string
  rowDevices: number
  isSelected: boolean
}

export const BlockButton = memo((props: Props) => {
  const { t, placed, axis, lanePx, rowName, rowDevices, isSelected } = props
  const { block, key, lane, layer } = placed
  const left = axis.xOf(block.from)
  const width = Math.max(LEAST_PX, axis.xOf(block.to) - left - 1)
  const label = [
    t('schedule.block', {
      name: block.schedule.name,
      from: clock(block.from, axis.timeZone),
      to: clock(block.to, axis.timeZone),
      row: rowName,
      priority: t(`schedule.priority.${block.priority}`),
    }),
    ...block.themeCodes,
    block.devices < rowDevices && t('schedule.reach', { count: block.devices, total: rowDevices }),
    block.withheld > 0 && t('schedule.blockWithheld', { count: block.withheld }),
    block.isConflict && t('schedule.blockConflict'),
    block.isDraft && t('schedule.blockDraft'),
  ]
    .filter(Boolean)
    .join(', ')
  // What interrupts lies over what is interrupted, and lets it be seen.
  const inset = Math.min(layer, 3) * 2
  return (
    <button
      type="button"
      className={classes.block}
      data-block={key}
      data-priority={block.priority}
      data-draft={block.isDraft || undefined}
      data-withheld={block.withheld > 0 || undefined}
      data-conflict={block.isConflict || undefined}
      data-selected={isSelected || undefined}
      data-narrow={width < CODE_PX || undefined}
      tabIndex={isSelected ? 0 : -1}
      aria-label={label}
      title={label}
      style={{
        left,
        width,
        top: laneTop(lane) + inset,
        height: lanePx - 2 - inset,
        zIndex: isSelected ? 12 : 2 + layer,
        backgroundColor: block.priority === 'emergency' ? '#b3261e' : colourOf(block.themeCodes),
      }}
    >
      {block.overridden.map(({ from, to }) => (
        <span
          key={from}
          className={classes.covered}
          style={{ left: axis.xOf(from) - left, width: axis.xOf(to) - axis.xOf(from) }}
        />
      ))}
      {width >= CODE_PX && <span className={classes.code}>{codeOf(block.themeCodes)}</span>}
      {width >= NAME_PX && <span className={classes.name}>{block.schedule.name}</span>}
      {width >= CODE_PX && <span className={classes.grip} data-grip />}
    </button>
  )
})
