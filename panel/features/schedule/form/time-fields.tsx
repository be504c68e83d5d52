import { Group, SegmentedControl, Select, Stack, Text } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import type { Daypart, TimeRule } from '#protocol'
import { TimePair } from '../../../ui/time-pair.tsx'

type Props = {
  value: TimeRule
  dayparts: readonly Daypart[]
  onChange: (change: Partial<TimeRule>) => void
}

/** From when to when: by the clock, or by the name of a window of the area. */
export const TimeFields = ({ value, dayparts, onChange }: Props) => {
  const { t } = useTranslation()
  const { startTime, endTime, daypart } = value
  const take = (code: string | null) => {
    const found = dayparts.find((one) => one.code === code)
    if (found) onChange({ daypart: found.code, startTime: found.startTime, endTime: found.endTime })
  }
  const isByName = daypart !== null
  const first = dayparts[0]
  return (
    <Stack gap="xs">
      {(first || isByName) && (
        <SegmentedControl
          aria-label={t('scheduleForm.time')}
          value={isByName ? 'daypart' : 'clock'}
          onChange={(to) =>
            to === 'daypart' ? take(first?.code ?? null) : onChange({ daypart: null })
          }
          data={[
            { value: 'clock', label: t('scheduleForm.byClock') },
            { value: 'daypart', label: t('scheduleForm.byDaypart') },
          ]}
        />
      )}
      {isByName ? (
        <Select
          label={t('scheduleForm.byDaypart')}
          description={t('scheduleForm.daypartHint')}
          allowDeselect={false}
          value={daypart}
          error={
            dayparts.some(({ code }) => code === daypart)
              ? undefined
              : t('scheduleForm.daypartGone', { code: daypart })
          }
          onChange={take}
          data={dayparts.map((one) => ({
            value: one.code,
            label: `${one.name} (${one.startTime.slice(0, 5)}–${one.endTime.slice(0, 5)})`,
          }))}
        />
      ) : (
        <Group align="flex-end">
          <TimePair
            value={value}
            labels={{ from: t('scheduleForm.startTime'), to: t('scheduleForm.endTime') }}
            onChange={onChange}
          />
        </Group>
      )}
      {!isByName && endTime < startTime && (
        <Text size="sm" c="dimmed">
          {t('scheduleForm.overnight', { time: endTime.slice(0, 5) })}
        </Text>
      )}
    </Stack>
  )
}
