import { ActionIcon, Anchor, Group, Paper, Progress, Stack, Text, Title } from '@mantine/core'
import { IconDownload, IconX } from '@tabler/icons-react'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import type { Report } from '#protocol'
import { api, queries } from '../../server.ts'
import { dateTime, HOME_ZONE } from '../../ui/when.ts'
import { dayText } from './periods.ts'

const isMoving = ({ state }: Report) => state === 'waiting' || state === 'running'

const Line = ({ report }: { report: Report }) => {
  const { t } = useTranslation()
  const cancel = useMutation({
    mutationFn: () => api.cancelReport(report.id),
    onSettled: () => queries.invalidateQueries({ queryKey: ['reports'] }),
  })
  const { request, from, to, state, progress, fileName, bytes } = report
  return (
    <Paper withBorder p="xs">
      <Group justify="space-between" wrap="nowrap" align="flex-start">
        <Stack gap={0} style={{ minWidth: 0, flex: 1 }}>
          <Text size="sm" fw={600}>
            {t(`reports.builder.forms.${request.form}`)} ·{' '}
            {t(`reports.builder.formats.${request.format}`)}
          </Text>
          <Text size="xs" c="dimmed">
            {dayText(from)} – {dayText(to)} · {dateTime(report.createdAt, HOME_ZONE)}
          </Text>
          <Text size="xs">
            {t(`reports.history.states.${state}`)}
            {state === 'running' && ` · ${Math.round(progress * 100)} %`}
            {bytes !== null && ` · ${(bytes / 1_000_000).toFixed(2)} MB`}
            {state === 'done' &&
              ` · ${t('reports.history.until', { time: dateTime(report.expiresAt, HOME_ZONE).slice(0, 10) })}`}
          </Text>
          {isMoving(report) && (
            <Progress value={progress * 100} animated size="sm" mt={4} aria-label={fileName} />
          )}
        </Stack>
        {state === 'done' && (
          <Anchor
            href={`/api/reports/${report.id}/file`}
            download={fileName}
            aria-label={t('reports.history.download', { name: fileName })}
          >
            <IconDownload size={20} />
          </Anchor>
        )}
        {isMoving(report) && (
          <ActionIcon
            variant="subtle"
            color="gray"
            loading={cancel.isPending}
            onClick={() => cancel.mutate()}
            aria-label={t('reports.history.cancel', { name: fileName })}
          >
            <IconX size={18} />
          </ActionIcon>
        )}
      </Group>
    </Paper>
  )
}

/** The reports that were asked for; those being made show how far they are. */
export const ReportHistory = () => {
  const { t } = useTranslation()
  const { data } = useQuery({ queryKey: ['reports'], queryFn: () => api.reports() })
  return (
    <Stack gap="xs">
      <Title order={2} size="h4">
        {t('reports.history.title')}
      </Title>
      {data?.items.length === 0 && (
        <Text size="sm" c="dimmed">
          {t('reports.history.empty')}
        </Text>
      )}
      {data?.items.map((report) => (
        <Line key={report.id} report={report} />
      ))}
    </Stack>
  )
}
