import { useTranslation } from 'react-i18next'
import type { LocalDate } from '#protocol'
import { shortDay } from '../../../ui/when.ts'
import { isoWeekday } from '../recurrence/weekday.ts'
import type { Axis } from './axis.ts'
import classes from './grid.module.css'

const WIDE_PX = 86

type Weekday = 1 | 2 | 3 | 4 | 5 | 6 | 7

/** Days across the top, with the hours that have room. */
export const GridHeader = (props: {
  axis: Axis
  labelPx: number
  heightPx: number
  today: LocalDate
}) => {
  const { axis, labelPx, heightPx, today } = props
  const { t } = useTranslation()
  return (
    // biome-ignore lint/a11y/useFocusableInteractive: nothing in it can be done
    // biome-ignore lint/a11y/useSemanticElements: a table cannot be scrolled in windows
    <div
      role="row"
      aria-rowindex={1}
      className={classes.header}
      style={{ height: heightPx, width: labelPx + axis.width }}
    >
      {/* biome-ignore lint/a11y/useSemanticElements: as above */}
      {/* biome-ignore lint/a11y/useFocusableInteractive: as above */}
      <div role="columnheader" className={classes.corner} style={{ width: labelPx }}>
        {t('schedule.row')}
      </div>
      {/* biome-ignore lint/a11y/useSemanticElements: as above */}
      {/* biome-ignore lint/a11y/useFocusableInteractive: as above */}
      <div role="columnheader" className={classes.days} style={{ width: axis.width }}>
        {axis.days.map(({ date, x, width }) => {
          const weekday = isoWeekday(date) as Weekday
          const word = width > WIDE_PX + 24 ? 'weekday' : 'weekdayShort'
          const day = width > WIDE_PX ? shortDay(date) : date.slice(8)
          return (
            <div
              key={date}
              className={classes.day}
              style={{ left: x, width }}
              data-today={date === today || undefined}
              data-weekend={weekday > 5 || undefined}
            >
              {width > 46 ? `${t(`schedule.${word}.d${weekday}`)} ${day}` : day}
              {width <= 46 && (
                <span className={classes.hour} style={{ left: 0 }}>
                  {t(`schedule.weekdayShort.d${weekday}`)}
                </span>
              )}
              {width > WIDE_PX &&
                axis.hours.map(({ hour, x: at }) => (
                  <span key={hour} className={classes.hour} style={{ left: at }}>
                    {String(hour).padStart(2, '0')}
                  </span>
                ))}
            </div>
          )
        })}
      </div>
    </div>
  )
}
