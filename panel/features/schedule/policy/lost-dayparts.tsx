import { Alert, Button, List, Stack, Text } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import type { DaypartChange } from '#protocol'

const inHours = ({ startTime, endTime }: DaypartChange['from']): string =>
  `${startTime.slice(0, 5)}–${endTime.slice(0, 5)}`

/** It comes at the foot of a long page, where the bar about the draft would lie over it. */
const bringIntoSight = (alert: HTMLElement | null) => alert?.scrollIntoView({ block: 'center' })

/** The schedules that use a window which would be gone, what happens to each, and the way to save all the same. */
export const LostDayparts = (props: {
  changes: readonly DaypartChange[]
  onAccept: () => void
}) => {
  const { t } = useTranslation()
  return (
    <Alert
      ref={bringIntoSight}
      color="red"
      icon={<IconAlertTriangle />}
      title={t('policy.lost.title')}
      role="alert"
    >
      <Stack gap="xs">
        <Text size="sm">{t('policy.lost.hint')}</Text>
        <List size="sm">
          {props.changes.map((change) => (
            <List.Item key={`${change.scheduleId} ${change.to?.startTime} ${change.areas.join()}`}>
              {t(change.to ? 'policy.lost.moves' : 'policy.lost.silent', {
                schedule: change.schedule,
                daypart: change.daypart,
                areas: change.areas.join(', '),
                from: inHours(change.from),
                to: change.to ? inHours(change.to) : '',
              })}
            </List.Item>
          ))}
        </List>
        <Button
          color="red"
          variant="light"
          style={{ alignSelf: 'flex-start' }}
          onClick={props.onAccept}
        >
          {t('policy.lost.accept')}
        </Button>
      </Stack>
    </Alert>
  )
}
