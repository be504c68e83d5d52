import { Group, Progress, Stack, Text } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import type { ChannelStatus, EpochMs, TimeZone } from '#protocol'
import { ThemeChip } from '../../ui/theme-chip.tsx'
import { length, recentTime } from '../../ui/when.ts'
import { LevelMeter } from './level-meter.tsx'

type Props = { status: ChannelStatus; timeZone: TimeZone; now: EpochMs }

/** What is on a channel, how far it is and how loud, and what comes next. */
export const OnAirLine = ({ status, timeZone, now }: Props) => {
  const { t } = useTranslation()
  const { now: item, next } = status
  const total = item ? item.endsAt - item.startedAt : 0
  const elapsed = item ? Math.max(0, Math.min(total, now - item.startedAt)) : 0
  return (
    <Stack gap={6}>
      {item ? (
        <>
          <Group gap={6} wrap="nowrap" align="flex-start">
            {item.themeCodes.map((code) => (
              <ThemeChip key={code} code={code} />
            ))}
            <Text size="sm" fw={600} lineClamp={2} style={{ lineHeight: 1.3 }}>
              {item.title}
            </Text>
          </Group>
          <Group gap={8} wrap="nowrap">
            <Progress
              value={(elapsed / Math.max(1, total)) * 100}
              size={6}
              style={{ flex: 1 }}
              aria-label={item.title}
            />
            <Text size="xs" c="dimmed" className="figures" w={72} ta="right">
              {length(elapsed)} / {length(total)}
            </Text>
          </Group>
        </>
      ) : (
        <Text size="sm" c="dimmed">
          {t('onAir.nothing')}
        </Text>
      )}
      {status.channel === 'audio' && item && <LevelMeter rmsDbfs={status.rmsDbfs} />}
      <Text size="xs" c="dimmed" lineClamp={1}>
        {next
          ? `${t('onAir.next')}: ${recentTime(next.startedAt, timeZone, now)} · ${next.title}`
          : t('onAir.nothingNext')}
      </Text>
    </Stack>
  )
}
