import { type RefObject, useEffect, useLayoutEffect, useMemo, useState } from 'react'
import type { RowLayout } from './lanes.ts'

const MORE_ROWS_PX = 240

/** Which rows are in sight of a scrolled box, and where every row lies. */
export const useVisibleRows = (
  box: RefObject<HTMLElement | null>,
  rows: readonly RowLayout[],
  headerPx: number,
) => {
  const tops = useMemo(() => {
    const edges = [0]
    for (const { height } of rows) edges.push((edges.at(-1) ?? 0) + height)
    return edges
  }, [rows])
  const [range, setRange] = useState({ first: 0, last: 40 })

  const measure = useMemo(
    () => () => {
      const element = box.current
      if (!element) return
      const top = element.scrollTop - headerPx - MORE_ROWS_PX
      const bottom = element.scrollTop + element.clientHeight + MORE_ROWS_PX
      const first = Math.max(
        0,
        tops.findLastIndex((edge) => edge <= Math.max(0, top)),
      )
      const beyond = tops.findIndex((edge) => edge >= bottom)
      const last = beyond < 0 ? rows.length : beyond
      setRange((before) =>
        before.first === first && before.last === last ? before : { first, last },
      )
    },
    [box, headerPx, tops, rows.length],
  )

  useLayoutEffect(measure, [measure])
  useEffect(() => {
    const element = box.current
    if (!element) return undefined
    const watcher = new ResizeObserver(measure)
    watcher.observe(element)
    element.addEventListener('scroll', measure, { passive: true })
    return () => {
      watcher.disconnect()
      element.removeEventListener('scroll', measure)
    }
  }, [box, measure])

  return { tops, ...range }
}
