import { Group, SegmentedControl, Select } from '@mantine/core'
import { DatePickerInput } from '@mantine/dates'
import { IconCalendar } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { Channel, Dimension } from '#protocol'
import type { CoverageAsked } from '../../evidence-api.ts'
import { AreaPicker } from '../../frame/area-picker.tsx'
import { api } from '../../server.ts'
import { daysOf, PRESETS, presetOf } from './periods.ts'
import type { CoverageSearch } from './search.ts'

type Props = { asked: CoverageAsked; onChange: (change: CoverageSearch) => void }

/** What the coverage is of; all of it is part of the page's address. */
export const CoverageFilters = ({ asked, onChange }: Props) => {
  const { t } = useTranslation()
  const { dimension } = asked
  const { data: values = [] } = useQuery({
    queryKey: ['coverage', 'values', asked],
    queryFn: () => api.coverageValues(dimension as Dimension, { ...asked, value: undefined }),
    enabled: dimension !== undefined,
  })
  return (
    <Group gap="xs" align="flex-end">
      <Select
        aria-label={t('reports.presets.label')}
        data={[...PRESETS, 'free' as const].map((preset) => ({
          value: preset,
          label: t(`reports.presets.${preset}`),
        }))}
        value={presetOf(asked)}
        onChange={(preset) => {
          const known = PRESETS.find((one) => one === preset)
          if (known) onChange(daysOf(known))
        }}
        allowDeselect={false}
        w={{ base: '100%', xs: 220 }}
      />
      <DatePickerInput
        type="range"
        aria-label={t('reports.period')}
        leftSection={<IconCalendar size={16} aria-hidden />}
        valueFormat="DD/MM/YYYY"
        value={[asked.from, asked.to]}
        onChange={([from, to]) => from && to && onChange({ from, to })}
        w={{ base: '100%', xs: 240 }}
      />
      <AreaPicker value={asked.areaId} onChange={(areaId) => onChange({ areaId })} />
      <Select
        aria-label={t('playLog.channel')}
        data={[
          { value: '', label: t('reports.channel.all') },
          ...Channel.options.map((value) => ({ value, label: t(`reports.channel.${value}`) })),
        ]}
        value={asked.channel ?? ''}
        onChange={(value) => onChange({ channel: Channel.safeParse(value).data })}
        allowDeselect={false}
        w={{ base: '48%', xs: 160 }}
      />
      <Select
        aria-label={t('reports.dimension.label')}
        data={[
          { value: '', label: t('reports.dimension.none') },
          ...Dimension.options.map((value) => ({ value, label: t(`reports.dimension.${value}`) })),
        ]}
        value={dimension ?? ''}
        onChange={(value) =>
          onChange({ dimension: Dimension.safeParse(value).data, value: undefined })
        }
        allowDeselect={false}
        w={{ base: '48%', xs: 150 }}
      />
      {dimension && (
        <Select
          aria-label={t('reports.value')}
          placeholder={t('reports.value')}
          data={values.map(({ value, label, tally }) => ({
            value,
            label: `${label} (${tally.plays})`,
          }))}
          value={asked.value ?? null}
          onChange={(value) => onChange({ value: value ?? undefined })}
          searchable
          clearable
          w={{ base: '100%', xs: 220 }}
        />
      )}
      <SegmentedControl
        aria-label={t('reports.boundaries.label')}
        size="xs"
        data={(['play', 'today'] as const).map((value) => ({
          value,
          label: t(`reports.boundaries.${value}`),
        }))}
        value={asked.boundaries ?? 'play'}
        onChange={(value) => onChange({ boundaries: value as 'play' | 'today' })}
      />
    </Group>
  )
}
