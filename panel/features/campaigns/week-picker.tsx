import { ActionIcon, Group, Text } from '@mantine/core'
import { IconChevronLeft, IconChevronRight } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { addDays, dateAt } from '#playlists'
import type { LocalDate } from '#protocol'
import { serverNow } from '../../server.ts'
import { dayOf, HOME_ZONE } from '../../ui/when.ts'
import { mondayOf } from '../schedule/recurrence/weekday.ts'

/** The Monday of the week that is chosen, or of this one. */
export const weekOf = (week: LocalDate | undefined): LocalDate =>
  mondayOf(week ?? dateAt(serverNow(), HOME_ZONE))

/** A week, and the one before and after. */
export const WeekPicker = (props: { week: LocalDate; onChange: (week: LocalDate) => void }) => {
  const { week, onChange } = props
  const { t } = useTranslation()
  return (
    <Group gap={4} wrap="nowrap">
      <ActionIcon
        variant="default"
        size={36}
        aria-label={t('schedule.previous')}
        onClick={() => onChange(addDays(week, -7))}
      >
        <IconChevronLeft size={18} />
      </ActionIcon>
      <Text size="sm" fw={500} className="figures" aria-live="polite">
        {t('campaigns.weekOf', { from: dayOf(week), to: dayOf(addDays(week, 6)) })}
      </Text>
      <ActionIcon
        variant="default"
        size={36}
        aria-label={t('schedule.next')}
        onClick={() => onChange(addDays(week, 7))}
      >
        <IconChevronRight size={18} />
      </ActionIcon>
    </Group>
  )
}
