import { Paper, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import type { Channel, DeviceId, EpochMs, TimeZone } from '#protocol'
import { api } from '../../../server.ts'
import { ErrorNotice, Loading } from '../../../ui/notices.tsx'
import { dateTime } from '../../../ui/when.ts'

type Props = {
  deviceId: DeviceId
  deviceName: string
  at: EpochMs
  channel: Channel
  timeZone: TimeZone
}

/** Why something is on air at an instant on a device, or why nothing is, by what is published. */
export const Why = ({ deviceId, deviceName, at, channel, timeZone }: Props) => {
  const { t } = useTranslation()
  const { data, error, isPending } = useQuery({
    queryKey: ['explain', deviceId, at],
    queryFn: () => api.explain(deviceId, at),
  })
  const told = data?.channels.find((one) => one.channel === channel)
  const because = told?.entry?.because
  const name = (refs: readonly { name: string }[]) => refs.map((one) => one.name).join(', ')
  return (
    <Paper withBorder p="sm" role="region" aria-live="polite" aria-label={t('schedule.drawer.why')}>
      {isPending && <Loading />}
      {error && <ErrorNotice error={error} />}
      {data && (
        <Stack gap={4}>
          <Text size="sm" c="dimmed">
            {t('schedule.drawer.whyAt', { time: dateTime(at, timeZone), device: deviceName })}
          </Text>
          {told?.entry && because ? (
            <>
              <Text fw={600}>{told.entry.item.title}</Text>
              <Text size="sm">
                {t('schedule.explain.because', {
                  name: name(because.schedules),
                  priority: t(`schedule.priority.${because.priority}`),
                })}
              </Text>
              {because.overrode.length > 0 && (
                <Text size="sm">
                  {t('schedule.explain.overrode', { names: because.overrode.join(', ') })}
                </Text>
              )}
              {because.breaks.map((broken) => (
                <Text key={broken} size="sm">
                  {t(`schedule.explain.breaks.${broken}`)}
                </Text>
              ))}
            </>
          ) : (
            <Text fw={600}>{t('schedule.explain.nothing')}</Text>
          )}
          {told?.others.map(({ schedule, priority, reason }) => (
            <Text key={`${schedule.id} ${reason}`} size="sm">
              {t('schedule.explain.other', {
                name: schedule.name,
                priority: t(`schedule.priority.${priority}`),
                reason: t(`schedule.explain.reason.${reason}`),
              })}
            </Text>
          ))}
          {told?.withheld.map(({ title, schedule, reason, scheduleId, assetId }) => (
            <Text key={`${scheduleId} ${assetId} ${title} ${reason}`} size="sm">
              {title || schedule}: {t(`schedule.withheld.${reason}`)}
            </Text>
          ))}
          {told?.next && (
            <Text size="sm" c="dimmed">
              {t('schedule.explain.next', {
                time: dateTime(told.next.from, timeZone),
                title: told.next.item.title,
              })}
            </Text>
          )}
          <Text size="xs" c="dimmed">
            {data.publication === null
              ? t('schedule.explain.unpublished')
              : t('schedule.explain.publication', { number: data.publication })}
          </Text>
        </Stack>
      )}
    </Paper>
  )
}
