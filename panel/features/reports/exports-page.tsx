import {
  Box,
  Button,
  Grid,
  Paper,
  SegmentedControl,
  Select,
  Stack,
  Text,
  Title,
} from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { notifications } from '@mantine/notifications'
import { keepPreviousData, useMutation, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { type Boundaries, type NewReport, ReportForm, ReportFormat } from '#protocol'
import { AreaPicker } from '../../frame/area-picker.tsx'
import { currentLang } from '../../i18n/index.ts'
import { api, queries } from '../../server.ts'
import { ErrorNotice } from '../../ui/notices.tsx'
import { daysOf } from './periods.ts'
import { ReportHistory } from './report-history.tsx'
import { ReportPeriodPicker } from './report-period.tsx'

const PREVIEW_DELAY_MS = 500
const FORMS = ['areas', 'themes', 'log', 'devices', 'evidence'] as const

const Preview = ({ request }: { request: NewReport }) => {
  const { t } = useTranslation()
  const [asked] = useDebouncedValue(request, PREVIEW_DELAY_MS)
  const { data, error, isFetching } = useQuery({
    queryKey: ['report-preview', asked],
    queryFn: () => api.previewReport(asked),
    placeholderData: keepPreviousData,
    retry: false,
  })
  return (
    <Stack gap={4}>
      <Title order={2} size="h4">
        {t('reports.builder.preview')}
      </Title>
      <Text size="xs" c="dimmed" role="status">
        {isFetching ? t('reports.builder.making') : t('reports.builder.blank')}
      </Text>
      {error && <ErrorNotice error={error} />}
      {data && (
        <Box
          component="iframe"
          title={t('reports.builder.previewFrame')}
          sandbox=""
          srcDoc={data.html}
          w="100%"
          h={{ base: 420, md: 640 }}
          bg="#fff"
          style={{ border: '1px solid light-dark(#c8d0cc, #444)', padding: 12 }}
        />
      )}
    </Stack>
  )
}

/** Asks for a report, shows its page before it is made, and lists those that were made. */
export const ExportsPage = () => {
  const { t } = useTranslation()
  const [request, setRequest] = useState<NewReport>({
    form: 'areas',
    format: 'pdf',
    period: { kind: 'free', ...daysOf('thisMonth') },
    lang: currentLang(),
  })
  const change = (to: Partial<NewReport>) => setRequest({ ...request, ...to })
  const make = useMutation({
    mutationFn: () => api.makeReport({ ...request, lang: currentLang() }),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ['reports'] })
      notifications.show({ message: t('reports.history.asked') })
    },
  })
  return (
    <Grid>
      <Grid.Col span={{ base: 12, md: 4 }}>
        <Stack gap="md">
          <Paper withBorder p="md">
            <Stack gap="sm">
              <Title order={1} size="h3">
                {t('reports.builder.title')}
              </Title>
              <Select
                label={t('reports.builder.form')}
                data={FORMS.map((value) => ({ value, label: t(`reports.builder.forms.${value}`) }))}
                value={request.form}
                onChange={(form) => change({ form: ReportForm.safeParse(form).data ?? 'areas' })}
                allowDeselect={false}
              />
              <ReportPeriodPicker
                value={request.period}
                onChange={(period) => change({ period })}
              />
              <AreaPicker
                isField
                value={request.areaId ?? undefined}
                onChange={(areaId) => change({ areaId: areaId ?? null })}
              />
              <SegmentedControl
                aria-label={t('reports.boundaries.label')}
                data={(['play', 'today'] as const).map((value) => ({
                  value,
                  label: t(`reports.boundaries.${value}`),
                }))}
                value={request.boundaries ?? 'play'}
                onChange={(value) => change({ boundaries: value as Boundaries })}
              />
              <SegmentedControl
                aria-label={t('reports.builder.format')}
                data={ReportFormat.options.map((value) => ({
                  value,
                  label: t(`reports.builder.formats.${value}`),
                }))}
                value={request.format}
                onChange={(value) => change({ format: ReportFormat.parse(value) })}
              />
              {make.error && <ErrorNotice error={make.error} />}
              <Button loading={make.isPending} onClick={() => make.mutate()}>
                {t('reports.builder.make')}
              </Button>
            </Stack>
          </Paper>
          <ReportHistory />
        </Stack>
      </Grid.Col>
      <Grid.Col span={{ base: 12, md: 8 }}>
        <Preview request={request} />
      </Grid.Col>
    </Grid>
  )
}
