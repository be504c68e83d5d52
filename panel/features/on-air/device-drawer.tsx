import { Box, Button, Group, Image, Stack, Text, Title } from '@mantine/core'
import { IconCamera, IconListDetails } from '@tabler/icons-react'
import { useMutation } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import type { EpochMs, LiveDevice } from '#protocol'
import { api } from '../../server.ts'
import { reasonOf, StateBadge, stateOf } from '../../ui/device-state.tsx'
import { Facts } from '../../ui/facts.tsx'
import { ErrorNotice } from '../../ui/notices.tsx'
import { SideDrawer } from '../../ui/side-drawer.tsx'
import { dateTime, recentTime } from '../../ui/when.ts'
import { OnAirLine } from './on-air-line.tsx'

type Props = { live: LiveDevice | undefined; now: EpochMs; onClose: () => void }

const Chart = ({ live, now }: { live: LiveDevice; now: EpochMs }) => {
  const { t } = useTranslation()
  const { device, status, online, screenshot, since } = live
  const zone = device.timeZone
  const reason = reasonOf(live, t)
  const capture = useMutation({ mutationFn: () => api.takeScreenshot(device.id) })
  const grade = status && t(`onAir.clockGrade.${status.clock.grade}`)
  return (
    <Stack gap="lg">
      <Group justify="space-between">
        <Text size="sm" c="dimmed">
          {device.areaPath.toReversed().join(', ')}
        </Text>
        <StateBadge state={stateOf(live)} />
      </Group>
      {reason && (
        <Text size="sm" fw={500} c="light-dark(#8a5a00, #f0b93a)">
          {reason}
        </Text>
      )}
      {status?.channels.map((channel) => (
        <Stack key={channel.channel} gap={6}>
          <Title order={3} size="h5">
            {t(`onAir.channel.${channel.channel}`)}
          </Title>
          <OnAirLine status={channel} timeZone={zone} now={now} />
        </Stack>
      ))}
      {device.canvas && (
        <Stack gap="xs">
          {screenshot ? (
            <>
              <Box style={{ background: '#000', borderRadius: 8, overflow: 'hidden' }}>
                <Image
                  src={`/media/${screenshot.sha256}`}
                  alt={t('onAir.screenshot', { time: recentTime(screenshot.at, zone, now) })}
                  fit="contain"
                />
              </Box>
              <Text size="xs" c="dimmed">
                {t('onAir.screenshot', { time: recentTime(screenshot.at, zone, now) })}
              </Text>
            </>
          ) : (
            <Text size="sm" c="dimmed">
              {t('onAir.noScreenshot')}
            </Text>
          )}
          <Button
            variant="light"
            leftSection={<IconCamera size={18} />}
            loading={capture.isPending}
            onClick={() => capture.mutate()}
            disabled={!online}
          >
            {capture.isPending ? t('onAir.taking') : t('onAir.takeScreenshot')}
          </Button>
          {capture.error && <ErrorNotice error={capture.error} />}
        </Stack>
      )}
      <Facts
        rows={[
          [
            t('onAir.revision'),
            t('onAir.revisionValue', {
              applied: status?.appliedRevision ?? device.appliedRevision ?? '–',
              desired: device.desiredRevision ?? '–',
            }),
          ],
          [t('onAir.media'), status ? `${status.media.ready} / ${status.media.needed}` : '–'],
          [
            t('onAir.clock'),
            status?.clock.errorMs == null
              ? (grade ?? '–')
              : t('onAir.clockError', { grade, error: Math.ceil(status.clock.errorMs) }),
          ],
          [
            t('onAir.output'),
            status?.channels.map(({ output }) => output ?? '–').join(', ') ?? '–',
          ],
          [t('onAir.unsent'), status ? String(status.unsentRecords) : '–'],
          [
            t('onAir.lastSeen'),
            online
              ? t('onAir.since', { time: recentTime(since ?? now, zone, now) })
              : since
                ? dateTime(since, zone)
                : '–',
          ],
          [
            t('onAir.software'),
            live.needsUpdate
              ? t('onAir.softwareOld', { software: live.software ?? '–' })
              : (live.software ?? '–'),
          ],
          [t('onAir.enrolled'), device.enrolledAt ? dateTime(device.enrolledAt, zone) : '–'],
        ]}
      />
      <Button
        variant="default"
        leftSection={<IconListDetails size={18} />}
        component={Link}
        to="/reports/plays"
        search={{ deviceId: device.id } as never}
      >
        {t('onAir.plays')}
      </Button>
    </Stack>
  )
}

export const DeviceDrawer = ({ live, now, onClose }: Props) => (
  <SideDrawer
    isOpen={live !== undefined}
    title={live?.device.name ?? ''}
    size="md"
    onClose={onClose}
  >
    {live && <Chart live={live} now={now} />}
  </SideDrawer>
)
