import { memo } from 'react'
import type { Span } from '#protocol'
import type { Axis } from './axis.ts'
import classes from './grid.module.css'

const pathOf = (spans: readonly Span[], axis: Axis, height: number): string =>
  spans
    .map(({ from, to }) => {
      const [left, right] = [axis.xOf(from), axis.xOf(to)]
      return right > left
        ? `M${left.toFixed(1)} 0H${right.toFixed(1)}V${height}H${left.toFixed(1)}Z`
        : ''
    })
    .join('')

type Props = {
  axis: Axis
  height: number
  windows: readonly Span[]
  quiet: readonly Span[]
}

/** The ground of a row: when it may be on air, and when it must be quiet. */
export const Bands = memo(({ axis, height, windows, quiet }: Props) => (
  <svg className={classes.bands} width={axis.width} height={height} aria-hidden="true">
    <path className={classes.window} d={pathOf(windows, axis, height)} />
    <path className={classes.quiet} d={pathOf(quiet, axis, height)} />
    <path
      className={classes.dayLine}
      d={axis.days.map(({ x }) => `M${x.toFixed(1)} 0V${height}`).join('')}
    />
  </svg>
))

/** The hatch that quiet hours have in every row. */
export const BandPatterns = () => (
  <svg width="0" height="0" aria-hidden="true" style={{ position: 'absolute' }}>
    <defs>
      <pattern
        id="quiet-hatch"
        width="7"
        height="7"
        patternUnits="userSpaceOnUse"
        patternTransform="rotate(45)"
      >
        <line x1="0" y1="0" x2="0" y2="7" className={classes.hatchLine} />
      </pattern>
    </defs>
  </svg>
)
