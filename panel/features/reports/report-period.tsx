import { Group, NumberInput, Select } from '@mantine/core'
import { DatePickerInput } from '@mantine/dates'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import type { ReportPeriod } from '#protocol'
import { api } from '../../server.ts'
import { daysOf, today } from './periods.ts'

const KINDS = ['free', 'month', 'quarter', 'half', 'year', 'phase'] as const
const MOST = { month: 12, quarter: 4, half: 2, year: 1 } as const
const CALENDARS = ['calendar', 'decree-09-2019'] as const

type Props = { value: ReportPeriod; onChange: (period: ReportPeriod) => void }

/** Which time a report is about: free, calendar, after the decree, or a phase of a campaign. */
export const ReportPeriodPicker = ({ value, onChange }: Props) => {
  const { t } = useTranslation()
  const { data: campaigns = [] } = useQuery({ queryKey: ['campaigns'], queryFn: api.campaigns })
  const phases = campaigns.flatMap(({ id, name, phases: all }) =>
    all.map((phase) => ({ value: `${id} ${phase.code}`, label: `${phase.name} (${name})` })),
  )
  const choose = (kind: (typeof KINDS)[number]) => {
    const [year, month] = today().split('-').map(Number) as [number, number]
    if (kind === 'free') return onChange({ kind, ...daysOf('thisMonth') })
    if (kind === 'phase') {
      const [campaignId = '', phase = ''] = phases[0]?.value.split(' ') ?? []
      return campaignId && onChange({ kind, campaignId: campaignId as never, phase })
    }
    const number = Math.ceil((month * MOST[kind]) / 12)
    return onChange({ kind, calendar: 'decree-09-2019', year, number })
  }
  return (
    <Group gap="xs" align="flex-end">
      <Select
        label={t('reports.builder.period')}
        data={KINDS.map((kind) => ({
          value: kind,
          label: t(`reports.builder.periods.${kind}`),
          disabled: kind === 'phase' && phases.length === 0,
        }))}
        value={value.kind}
        onChange={(kind) => choose(KINDS.find((one) => one === kind) ?? 'free')}
        allowDeselect={false}
        w="100%"
      />
      {value.kind === 'free' && (
        <DatePickerInput
          type="range"
          label={t('reports.period')}
          valueFormat="DD/MM/YYYY"
          value={[value.from, value.to]}
          onChange={([from, to]) => from && to && onChange({ kind: 'free', from, to })}
          w="100%"
        />
      )}
      {value.kind === 'phase' && (
        <Select
          label={t('reports.builder.phase')}
          data={phases}
          value={`${value.campaignId} ${value.phase}`}
          onChange={(text) => {
            const [campaignId, phase = ''] = (text ?? '').split(' ')
            if (campaignId) onChange({ kind: 'phase', campaignId: campaignId as never, phase })
          }}
          allowDeselect={false}
          w="100%"
        />
      )}
      {'calendar' in value && (
        <>
          {value.kind !== 'year' && (
            <NumberInput
              label={t('reports.builder.number')}
              value={value.number}
              onChange={(number) => onChange({ ...value, number: Number(number) || 1 })}
              min={1}
              max={MOST[value.kind]}
              w="47%"
            />
          )}
          <NumberInput
            label={t('reports.builder.year')}
            value={value.year}
            onChange={(year) => onChange({ ...value, year: Number(year) || 2024 })}
            min={2000}
            max={2100}
            w="47%"
          />
          <Select
            label={t('reports.builder.calendar')}
            data={CALENDARS.map((one) => ({
              value: one,
              label: t(`reports.builder.calendars.${one}`),
            }))}
            value={value.calendar}
            onChange={(one) =>
              onChange({
                ...value,
                calendar: CALENDARS.find((known) => known === one) ?? 'calendar',
              })
            }
            allowDeselect={false}
            w="100%"
          />
        </>
      )}
    </Group>
  )
}
