import { Loader, Paper, Stack, Text, Title } from '@mantine/core'
import { IconAlertTriangle, IconCircleCheck } from '@tabler/icons-react'
import type { UseQueryResult } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { HORIZON_DAYS, type Preview, type TimeZone } from '#protocol'
import { serverNow } from '../../../server.ts'
import { ErrorNotice } from '../../../ui/notices.tsx'
import { clock, dateTime, dayOf, length } from '../../../ui/when.ts'
import { ConflictList } from '../dialogs.tsx'
import { InterruptionList } from '../publish/interruption-list.tsx'

const Warning = ({ title, children }: { title: string; children?: ReactNode }) => (
  <Stack gap={2}>
    <Text size="sm" fw={600} c="light-dark(#8a4b00, #f0b93a)">
      <IconAlertTriangle size={15} aria-hidden style={{ verticalAlign: '-2px' }} /> {title}
    </Text>
    {children}
  </Stack>
)

type Props = {
  sentence: string
  preview: UseQueryResult<Preview>
  isComplete: boolean
  timeZone: TimeZone
}

/** What would happen if this were saved: in a sentence, and what would not be heard. */
export const PreviewPanel = ({ sentence, preview, isComplete, timeZone }: Props) => {
  const { t } = useTranslation()
  const { data, error, isFetching } = preview
  const first = data?.occurrences[0]
  return (
    <Paper
      withBorder
      p="sm"
      bg="light-dark(#f4f7f5, #141918)"
      role="region"
      aria-live="polite"
      aria-label={t('scheduleForm.preview.title')}
    >
      <Stack gap="xs">
        <Title order={2} size="h5">
          {t('scheduleForm.preview.title')} {isFetching && <Loader size={14} />}
        </Title>
        <Text fw={500} data-sentence>
          {sentence}
        </Text>
        {!isComplete && (
          <Text size="sm" c="dimmed">
            {t('scheduleForm.preview.incomplete')}
          </Text>
        )}
        {error && <ErrorNotice error={error} />}
        {isComplete && data && (
          <>
            <Text size="sm">
              {t('scheduleForm.preview.reach', { count: data.devices })}{' '}
              {first
                ? t(
                    `scheduleForm.preview.${first.from > serverNow() ? 'occurrences' : 'running'}`,
                    {
                      count: data.occurrences.length,
                      days: HORIZON_DAYS,
                      first: dateTime(first.from, timeZone),
                      until: clock(first.to, timeZone),
                    },
                  )
                : t('scheduleForm.preview.never', { days: HORIZON_DAYS })}
            </Text>
            {first && first.roundsAt.length > 0 && (
              <Text size="sm" data-rounds>
                {t('scheduleForm.preview.rounds', {
                  count: first.roundsAt.length,
                  times: first.roundsAt.map((at) => clock(at, timeZone)).join(', '),
                })}
              </Text>
            )}
            {data.devices === 0 && <Warning title={t('scheduleForm.preview.noDevice')} />}
            {data.breaks.map((one) => (
              <Warning key={one} title={t(`scheduleForm.preview.breaks.${one}`)} />
            ))}
            {data.interruptions.length > 0 && (
              <Warning title={t('scheduleForm.preview.interruptions')}>
                <InterruptionList interruptions={data.interruptions} timeZone={timeZone} />
              </Warning>
            )}
            {data.conflicts.length > 0 ? (
              <Warning title={t('scheduleForm.preview.conflicts')}>
                <ConflictList conflicts={data.conflicts} timeZone={timeZone} />
              </Warning>
            ) : data.interruptions.length > 0 ? null : (
              <Text size="sm" c="light-dark(#0b6e58, #6cbca8)">
                <IconCircleCheck size={15} aria-hidden style={{ verticalAlign: '-2px' }} />{' '}
                {t('scheduleForm.preview.noConflict')}
              </Text>
            )}
            {data.withheld.length > 0 && (
              <Warning title={t('scheduleForm.preview.withheldTitle')}>
                {data.withheld.map(({ withheld, days, firstDate }) => (
                  <Text key={`${withheld.assetId} ${withheld.reason}`} size="sm">
                    {t('scheduleForm.preview.withheld', {
                      title: withheld.title || withheld.schedule,
                      reason: t(`schedule.withheld.${withheld.reason}`),
                      days,
                      date: dayOf(firstDate),
                    })}
                  </Text>
                ))}
              </Warning>
            )}
            {data.misfits.map(({ kind, playlistMs, windowMs }) => (
              <Warning
                key={`${kind} ${playlistMs} ${windowMs}`}
                title={t(`scheduleForm.preview.${kind}`, {
                  playlist: length(playlistMs),
                  window: length(windowMs),
                })}
              />
            ))}
          </>
        )}
      </Stack>
    </Paper>
  )
}
