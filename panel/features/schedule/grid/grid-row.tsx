import { memo } from 'react'
import { useTranslation } from 'react-i18next'
import type { Axis } from './axis.ts'
import { Bands } from './bands.tsx'
import { BlockButton } from './block-button.tsx'
import classes from './grid.module.css'
import type { RowLayout } from './lanes.ts'

type Props = {
  layout: RowLayout
  index: number
  top: number
  axis: Axis
  labelPx: number
  selectedKey: string | undefined
}

/** One commune or device: its name, its ground and its blocks. */
export const GridRow = memo((props: Props) => {
  const { layout, index, top, axis, labelPx, selectedKey } = props
  const { t } = useTranslation()
  const { row, height, lanePx, placed } = layout
  const above = row.path.slice(1, -1).toReversed().join(', ')
  return (
    // biome-ignore lint/a11y/useFocusableInteractive: the blocks in it take the focus, one at a time
    // biome-ignore lint/a11y/useSemanticElements: a table cannot be scrolled in windows
    <div
      role="row"
      aria-rowindex={index + 2}
      className={classes.row}
      style={{ top, height, width: labelPx + axis.width }}
    >
      {/* biome-ignore lint/a11y/useSemanticElements: as above */}
      {/* biome-ignore lint/a11y/useFocusableInteractive: as above */}
      <div role="rowheader" className={classes.rowLabel} style={{ width: labelPx }}>
        <span className={classes.rowName} title={row.path.join(' › ')}>
          {row.name}
        </span>
        <span className={classes.rowMore}>
          {row.kind === 'area' ? t('schedule.devices', { count: row.devices }) : row.path.at(-1)}
          {row.kind === 'area' && above ? ` · ${above}` : ''}
        </span>
      </div>
      {/* biome-ignore lint/a11y/useSemanticElements: as above */}
      {/* biome-ignore lint/a11y/useFocusableInteractive: as above */}
      <div
        role="gridcell"
        aria-label={row.name}
        className={classes.cells}
        data-row={index}
        style={{ width: axis.width }}
      >
        <Bands axis={axis} height={height} windows={row.windows} quiet={row.quiet} />
        {placed.map((one) => (
          <BlockButton
            key={one.key}
            t={t}
            placed={one}
            axis={axis}
            lanePx={lanePx}
            rowName={row.name}
            rowDevices={row.devices}
            isSelected={one.key === selectedKey}
          />
        ))}
      </div>
    </div>
  )
})
