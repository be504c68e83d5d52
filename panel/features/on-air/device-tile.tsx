import { Box, Center, Group, Image, Paper, Stack, Text, UnstyledButton } from '@mantine/core'
import { IconDeviceTv, IconSpeakerphone } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import type { EpochMs, LiveDevice } from '#protocol'
import { reasonOf, StateBadge, stateOf } from '../../ui/device-state.tsx'
import { recentTime } from '../../ui/when.ts'
import { OnAirLine } from './on-air-line.tsx'

type Props = { live: LiveDevice; now: EpochMs; onOpen: () => void }

/** One device, alive: what it plays, how loud or what it shows, and what comes next. */
export const DeviceTile = ({ live, now, onOpen }: Props) => {
  const { t } = useTranslation()
  const { device, status, since, screenshot, online } = live
  const state = stateOf(live)
  const reason = reasonOf(live, t)
  const Icon = device.channels.includes('screen') ? IconDeviceTv : IconSpeakerphone
  const isMuted = !online
  return (
    <UnstyledButton
      onClick={onOpen}
      aria-label={t('onAir.details', { name: device.name })}
      style={{ height: '100%', borderRadius: 8 }}
    >
      <Paper withBorder p="sm" h="100%" style={{ opacity: isMuted ? 0.75 : 1 }}>
        <Stack gap={10}>
          <Group justify="space-between" wrap="nowrap" gap="xs">
            <Group gap={6} wrap="nowrap" miw={0}>
              <Icon size={18} aria-hidden style={{ flexShrink: 0 }} />
              <Text size="sm" fw={600} truncate>
                {device.name}
              </Text>
            </Group>
            <StateBadge state={state} />
          </Group>
          {device.canvas && !screenshot && (
            <Center h={120} bg="light-dark(#eef3f1, #1f2625)" style={{ borderRadius: 6 }}>
              <Text size="xs" c="dimmed">
                {t('onAir.noScreenshot')}
              </Text>
            </Center>
          )}
          {device.canvas && screenshot && (
            <Box pos="relative" style={{ background: '#000', borderRadius: 6, overflow: 'hidden' }}>
              <Image src={`/media/${screenshot.sha256}`} alt="" h={120} fit="contain" />
              <Text
                size="xs"
                c="white"
                px={6}
                pos="absolute"
                bottom={0}
                right={0}
                style={{ background: 'rgb(0 0 0 / 70%)', borderTopLeftRadius: 6 }}
              >
                {t('onAir.screenshot', {
                  time: recentTime(screenshot.at, device.timeZone, now),
                })}
              </Text>
            </Box>
          )}
          {status?.channels.map((channel) => (
            <OnAirLine
              key={channel.channel}
              status={channel}
              timeZone={device.timeZone}
              now={now}
            />
          ))}
          {reason && (
            <Text size="xs" c="light-dark(#8a5a00, #f0b93a)" fw={500}>
              {reason}
            </Text>
          )}
          {!online && since !== null && (
            <Text size="xs" c="dimmed">
              {t('onAir.offlineSince', { time: recentTime(since, device.timeZone, now) })}
            </Text>
          )}
        </Stack>
      </Paper>
    </UnstyledButton>
  )
}
