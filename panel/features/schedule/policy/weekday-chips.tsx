import { Chip, Group } from '@mantine/core'
import { useTranslation } from 'react-i18next'

const WEEKDAYS = [1, 2, 3, 4, 5, 6, 7] as const

/** Days of the week, of which at least one stays. */
export const WeekdayChips = (props: {
  value: readonly number[]
  isReadOnly: boolean
  onChange: (weekdays: number[]) => void
}) => {
  const { value, isReadOnly, onChange } = props
  const { t } = useTranslation()
  return (
    <Chip.Group
      multiple
      value={value.map(String)}
      onChange={(days) => days.length > 0 && onChange(days.map(Number).sort())}
    >
      <Group gap={3} role="group" aria-label={t('policy.weekdays')}>
        {WEEKDAYS.map((day) => (
          <Chip key={day} value={String(day)} size="xs" disabled={isReadOnly}>
            {t(`schedule.weekdayShort.d${day}`)}
          </Chip>
        ))}
      </Group>
    </Chip.Group>
  )
}
