import { useTranslation } from 'react-i18next'
import type { PolicyWindow } from '#protocol'
import { TimePair } from '../../../ui/time-pair.tsx'
import { Rows } from './rows.tsx'
import { WeekdayChips } from './weekday-chips.tsx'

type Props = {
  value: readonly PolicyWindow[]
  isReadOnly: boolean
  onChange: (windows: PolicyWindow[]) => void
}

const BLANK: PolicyWindow = {
  startTime: '05:00',
  endTime: '06:30',
  weekdays: [1, 2, 3, 4, 5, 6, 7],
}

/** Stretches of the day on some weekdays. */
export const WindowRows = ({ value, isReadOnly, onChange }: Props) => {
  const { t } = useTranslation()
  return (
    <Rows
      value={value}
      isReadOnly={isReadOnly}
      blank={BLANK}
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
