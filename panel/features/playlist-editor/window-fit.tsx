import { Group, Progress, Stack, Text } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import type { Schedule } from '#protocol'
import { length } from '../../ui/when.ts'

const DAY_S = 86_400

const secondsOf = (time: string): number => {
  const [hours = 0, minutes = 0, seconds = 0] = time.split(':').map(Number)
  return hours * 3_600 + minutes * 60 + seconds
}

/** From start to end, over midnight where the end is not later. */
const windowMsOf = ({ time }: Schedule): number => {
  const seconds = secondsOf(time.endTime) - secondsOf(time.startTime)
  return (seconds > 0 ? seconds : seconds + DAY_S) * 1000
}

/** A round by the clock has the time until the next one. */
const roomMsOf = (schedule: Schedule): number => {
  const { cadence } = schedule
  const minutes = cadence?.kind === 'interval' ? cadence.minutes : 60
  return cadence ? Math.min(windowMsOf(schedule), minutes * 60_000) : windowMsOf(schedule)
}

/** The length of a playlist against every window in which it is scheduled. */
export const WindowFit = ({
  schedules,
  lengthMs,
}: {
  schedules: readonly Schedule[]
  lengthMs: number
}) => {
  const { t } = useTranslation()
  return (
    <Stack gap="xs">
      {schedules.map((schedule) => {
        const windowMs = roomMsOf(schedule)
        const count = schedule.repeats.count
        const takenMs = lengthMs * count + schedule.repeats.gapMs * (count - 1)
        const restMs = windowMs - takenMs
        const verdict =
          restMs < 0
            ? t('playlists.over', { over: length(-restMs) })
            : schedule.fill === 'repeat'
              ? t('playlists.repeatsFill')
              : t('playlists.fits', { rest: length(restMs) })
        return (
          <Stack key={schedule.id} gap={2}>
            <Group gap={6}>
              <Text size="sm">
                {t('playlists.againstWindow', {
                  name: schedule.name,
                  window: length(windowMs),
                  verdict,
                })}
              </Text>
            </Group>
            <Progress
              value={Math.min(100, (takenMs / windowMs) * 100)}
              color={restMs < 0 ? 'red' : 'rice'}
              size={6}
              aria-label={schedule.name}
            />
          </Stack>
        )
      })}
    </Stack>
  )
}
