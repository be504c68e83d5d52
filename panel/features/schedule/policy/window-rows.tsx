import { Text } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import type { PolicyWindow } from '#protocol'
import { TimePair } from '../../../ui/time-pair.tsx'
import { Rows } from './rows.tsx'
import { WeekdayChips } from './weekday-chips.tsx'

type Field = 'broadcastWindows' | 'quietHours' | 'screenBlank'

type Props = {
  field: Field
  value: readonly PolicyWindow[]
  isReadOnly: boolean
  onChange: (windows: PolicyWindow[]) => void
}

const daily = (startTime: string, endTime: string): PolicyWindow => ({
  startTime,
  endTime,
  weekdays: [1, 2, 3, 4, 5, 6, 7],
})

/** What the first row of each is: nights are quiet and dark, and sound may be on air by day. */
export const FIRST_WINDOWS: Readonly<Record<Field, PolicyWindow>> = {
  broadcastWindows: daily('05:00', '21:00'),
  quietHours: daily('21:00', '05:00'),
  screenBlank: daily('22:00', '05:00'),
}

/** Stretches of the day on some weekdays. */
export const WindowRows = ({ field, value, isReadOnly, onChange }: Props) => {
  const { t } = useTranslation()
  return (
    <Rows
      value={value}
      isReadOnly={isReadOnly}
      blank={FIRST_WINDOWS[field]}
      empty={
        <Text
          size="sm"
          fw={600}
          c={field === 'broadcastWindows' ? 'light-dark(#b3261e, #ff8a80)' : 'dimmed'}
        >
          {t(`policy.empty.${field}`)}
        </Text>
      }
      onChange={onChange}
      render={(row, set) => (
        <>
          <TimePair
            value={row}
            labels={{ from: t('policy.from'), to: t('policy.to') }}
            isReadOnly={isReadOnly}
            onChange={set}
          />
          <WeekdayChips
            value={row.weekdays}
            isReadOnly={isReadOnly}
            onChange={(weekdays) => set({ weekdays })}
          />
        </>
      )}
    />
  )
}
