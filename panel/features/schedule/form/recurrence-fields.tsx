import {
  Chip,
  Group,
  Input,
  NumberInput,
  SegmentedControl,
  SimpleGrid,
  Stack,
  Text,
} from '@mantine/core'
import { DatePickerInput } from '@mantine/dates'
import { useTranslation } from 'react-i18next'
import type { TimeRule } from '#protocol'
import { LAST_DAY, NTHS, type Recurrence, readRule, writeRule } from '../recurrence/rule.ts'
import { isoWeekday } from '../recurrence/weekday.ts'
import classes from './schedule-form.module.css'

type Props = { value: TimeRule; onChange: (change: Partial<TimeRule>) => void }

const KINDS = ['once', 'daily', 'weekly', 'monthly', 'monthlyByWeekday'] as const
const WEEKDAYS = [1, 2, 3, 4, 5, 6, 7] as const

const recurrenceFor = (kind: string, before: Recurrence, startDate: string): Recurrence => {
  const until = 'until' in before ? before.until : null
  if (kind === 'daily') return { kind, interval: 1, until }
  if (kind === 'weekly') return { kind, interval: 1, weekdays: [isoWeekday(startDate)], until }
  if (kind === 'monthly')
    return { kind, interval: 1, monthDays: [Number(startDate.slice(8))], until }
  if (kind === 'monthlyByWeekday') {
    const nth = Math.ceil(Number(startDate.slice(8)) / 7)
    const nths = [nth > 4 ? LAST_DAY : nth]
    return { kind, interval: 1, nths, weekdays: [isoWeekday(startDate)], until }
  }
  return { kind: 'once' }
}

/** On which days, in plain words. */
export const RecurrenceFields = ({ value, onChange }: Props) => {
  const { t } = useTranslation()
  const rule = readRule(value.rrule, value.startDate)
  const set = (next: Recurrence) => onChange({ rrule: writeRule(next) })
  const kinds = rule.kind === 'other' ? [...KINDS, 'other' as const] : KINDS
  return (
    <Stack gap="sm">
      <Input.Wrapper label={t('scheduleForm.repeat')} labelElement="div">
        <SegmentedControl
          fullWidth
          classNames={{ root: classes.kinds, control: classes.kind }}
          aria-label={t('scheduleForm.repeat')}
          value={rule.kind}
          onChange={(kind) => set(recurrenceFor(kind, rule, value.startDate))}
          data={kinds.map((kind) => ({ value: kind, label: t(`scheduleForm.repeats.${kind}`) }))}
        />
      </Input.Wrapper>
      {rule.kind === 'other' && <Text size="sm">{rule.rrule}</Text>}
      {rule.kind === 'monthlyByWeekday' && (
        <Input.Wrapper
          label={t('scheduleForm.nths')}
          description={t('scheduleForm.nthsHint')}
          labelElement="div"
        >
          <Chip.Group
            multiple
            value={rule.nths.map(String)}
            onChange={(nths) => nths.length > 0 && set({ ...rule, nths: nths.map(Number) })}
          >
            <Group gap={6} mt={6}>
              {NTHS.map((nth) => (
                <Chip key={nth} value={String(nth)} size="sm">
                  {t(`schedule.nth.n${nth}`)}
                </Chip>
              ))}
            </Group>
          </Chip.Group>
        </Input.Wrapper>
      )}
      {(rule.kind === 'weekly' || rule.kind === 'monthlyByWeekday') && (
        <Input.Wrapper label={t('scheduleForm.weekdays')} labelElement="div">
          <Chip.Group
            multiple
            value={rule.weekdays.map(String)}
            onChange={(days) =>
              days.length > 0 && set({ ...rule, weekdays: days.map(Number).sort() })
            }
          >
            <Group gap={6} mt={4}>
              {WEEKDAYS.map((day) => (
                <Chip key={day} value={String(day)} size="sm">
                  {t(`schedule.weekday.d${day}`)}
                </Chip>
              ))}
            </Group>
          </Chip.Group>
        </Input.Wrapper>
      )}
      {rule.kind === 'monthly' && (
        <Input.Wrapper
          label={t('scheduleForm.monthDays')}
          description={t('scheduleForm.monthDaysHint')}
          labelElement="div"
        >
          <Chip.Group
            multiple
            value={rule.monthDays.map(String)}
            onChange={(days) => days.length > 0 && set({ ...rule, monthDays: days.map(Number) })}
          >
            <Group gap={4} mt={6}>
              {Array.from({ length: 31 }, (_, index) => String(index + 1)).map((day) => (
                <Chip key={day} value={day} size="xs">
                  {day}
                </Chip>
              ))}
              <Chip value={String(LAST_DAY)} size="xs">
                {t('scheduleForm.lastDay')}
              </Chip>
            </Group>
          </Chip.Group>
        </Input.Wrapper>
      )}
      <SimpleGrid
        cols={'interval' in rule ? { base: 2, xs: 3 } : 1}
        style={{ alignItems: 'start' }}
      >
        <DatePickerInput
          label={t(rule.kind === 'once' ? 'scheduleForm.onDate' : 'scheduleForm.startDate')}
          valueFormat="DD/MM/YYYY"
          value={value.startDate}
          onChange={(startDate) => startDate && onChange({ startDate })}
        />
        {'until' in rule && (
          <DatePickerInput
            label={t('scheduleForm.until')}
            placeholder={t('scheduleForm.untilHint')}
            valueFormat="DD/MM/YYYY"
            clearable
            minDate={value.startDate}
            value={rule.until}
            onChange={(until) => set({ ...rule, until })}
          />
        )}
        {'interval' in rule && (
          <NumberInput
            label={t(
              rule.kind === 'daily'
                ? 'scheduleForm.everyDays'
                : rule.kind === 'weekly'
                  ? 'scheduleForm.everyWeeks'
                  : 'scheduleForm.everyMonths',
            )}
            min={1}
            max={60}
            value={rule.interval}
            onChange={(interval) => set({ ...rule, interval: Math.max(1, Number(interval) || 1) })}
          />
        )}
      </SimpleGrid>
      <Group grow align="flex-start">
        {rule.kind !== 'once' && (
          <DatePickerInput
            type="multiple"
            label={t('scheduleForm.exceptDates')}
            valueFormat="DD/MM/YYYY"
            clearable
            value={value.exceptDates}
            onChange={(exceptDates) => onChange({ exceptDates: exceptDates.toSorted() })}
          />
        )}
        <DatePickerInput
          type="multiple"
          label={t('scheduleForm.extraDates')}
          valueFormat="DD/MM/YYYY"
          clearable
          value={value.extraDates}
          onChange={(extraDates) => onChange({ extraDates: extraDates.toSorted() })}
        />
      </Group>
    </Stack>
  )
}
