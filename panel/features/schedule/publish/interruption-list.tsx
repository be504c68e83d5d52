import { List } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import type { Interruption, TimeZone } from '#protocol'
import { clock, dateTime } from '../../../ui/when.ts'

/** Who gets less time on air, through whom or what, when first, and where. */
export const InterruptionList = (props: {
  interruptions: readonly Interruption[]
  timeZone: TimeZone
}) => {
  const { t } = useTranslation()
  const { timeZone } = props
  return (
    <List size="sm" spacing={4} withPadding>
      {props.interruptions.map((one) => {
        const { schedule, by, reason, first, days, devices, areas, areaNames, channel } = one
        const more = areas - areaNames.length
        const where = areaNames.join(', ') + (more > 0 ? ` … +${more}` : '')
        const key = `${schedule.id} ${by?.id} ${reason} ${channel}`
        const why = by
          ? t(`publishing.interruption.${reason === 'same-class' ? 'instead' : 'by'}`, {
              by: by.name,
              priority: t(`schedule.priority.${by.priority}`),
            })
          : reason === null || reason === 'higher-class' || reason === 'same-class'
            ? t('publishing.interruption.shorter')
            : t(`schedule.withheld.${reason}`)
        return (
          <List.Item key={key} data-interruption={schedule.name}>
            {t('publishing.interruption.line', {
              name: schedule.name,
              why,
              from: dateTime(first.from, timeZone),
              to: clock(first.to, timeZone),
              days,
              devices,
              where,
            })}
          </List.Item>
        )
      })}
    </List>
  )
}
