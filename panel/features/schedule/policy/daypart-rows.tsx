import { Button, Group, Select, Stack, Switch, Text, TextInput } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import type { Daypart } from '#protocol'
import { TimePair } from '../../../ui/time-pair.tsx'
import { Rows } from './rows.tsx'

type Props = {
  value: readonly Daypart[]
  isReadOnly: boolean
  onChange: (dayparts: Daypart[]) => void
}
type Weekday = 1 | 2 | 3 | 4 | 5 | 6 | 7
type Exception = Daypart['exceptions'][number]

const WEEKDAYS: readonly Weekday[] = [1, 2, 3, 4, 5, 6, 7]

/** Windows that have a name: schedules may be set by it, and each area has its own times for it. */
export const DaypartRows = ({ value, isReadOnly, onChange }: Props) => {
  const { t } = useTranslation()
  const blank: Daypart = {
    code: `khung-${value.length + 1}`,
    name: '',
    startTime: '05:00',
    endTime: '06:00',
    exceptions: [],
  }
  return (
    <Rows
      value={value}
      isReadOnly={isReadOnly}
      blank={blank}
      empty={<Text size="sm">{t('policy.none')}</Text>}
      onChange={onChange}
      render={(row, set) => (
        <Stack gap={6}>
          <Group gap="xs" align="flex-end">
            <TextInput
              label={t('policy.code')}
              w={110}
              required
              maxLength={40}
              value={row.code}
              onChange={(event) => set({ code: event.currentTarget.value })}
            />
            <TextInput
              label={t('policy.name')}
              w={210}
              required
              maxLength={100}
              value={row.name}
              onChange={(event) => set({ name: event.currentTarget.value })}
            />
            <TimePair
              value={row}
              labels={{ from: t('policy.from'), to: t('policy.to') }}
              isReadOnly={isReadOnly}
              onChange={set}
            />
            {!isReadOnly && row.exceptions.length < 7 && (
              <Button
                variant="subtle"
                size="xs"
                leftSection={<IconPlus size={14} />}
                onClick={() => set({ exceptions: [...row.exceptions, nextException(row)] })}
              >
                {t('policy.addException')}
              </Button>
            )}
          </Group>
          {row.exceptions.map((exception, index) => (
            <ExceptionRow
              key={exception.weekday}
              value={exception}
              row={row}
              isReadOnly={isReadOnly}
              onChange={(next) =>
                set({
                  exceptions: next
                    ? row.exceptions.with(index, next)
                    : row.exceptions.toSpliced(index, 1),
                })
              }
            />
          ))}
        </Stack>
      )}
    />
  )
}

const nextException = ({ exceptions }: Daypart): Exception => {
  const taken = new Set(exceptions.map(({ weekday }) => weekday))
  const weekday = WEEKDAYS.toReversed().find((day) => !taken.has(day)) ?? 7
  return { weekday, times: null }
}

const ExceptionRow = (props: {
  value: Exception
  row: Daypart
  isReadOnly: boolean
  onChange: (exception: Exception | undefined) => void
}) => {
  const { value, row, isReadOnly, onChange } = props
  const { t } = useTranslation()
  const { weekday, times } = value
  const { startTime, endTime } = row
  return (
    <Group gap="xs" pl="lg">
      <Select
        aria-label={t('policy.weekday')}
        w={130}
        size="xs"
        allowDeselect={false}
        value={String(weekday)}
        data={WEEKDAYS.map((day) => ({
          value: String(day),
          label: t(`schedule.weekday.d${day}`),
          disabled: day !== weekday && row.exceptions.some((one) => one.weekday === day),
        }))}
        onChange={(day) => onChange({ weekday: Number(day), times })}
      />
      <Switch
        size="xs"
        label={t('policy.exceptionOff')}
        checked={times === null}
        onChange={(event) =>
          onChange({ weekday, times: event.currentTarget.checked ? null : { startTime, endTime } })
        }
      />
      {times && (
        <TimePair
          value={times}
          labels={{ from: t('policy.from'), to: t('policy.to') }}
          isCompact
          isReadOnly={isReadOnly}
          onChange={(change) => onChange({ weekday, times: { ...times, ...change } })}
        />
      )}
      {!isReadOnly && (
        <Button size="compact-xs" variant="subtle" color="red" onClick={() => onChange(undefined)}>
          {t('policy.removeException')}
        </Button>
      )}
    </Group>
  )
}
