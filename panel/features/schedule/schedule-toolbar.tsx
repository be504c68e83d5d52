import { ActionIcon, Button, Group, Menu, SegmentedControl, Select } from '@mantine/core'
import { DatePickerInput } from '@mantine/dates'
import {
  IconCalendar,
  IconCalendarShare,
  IconChevronLeft,
  IconChevronRight,
  IconCopy,
  IconDots,
  IconMapShare,
  IconPlus,
} from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import type { AreaId } from '#protocol'
import { AreaPicker } from '../../frame/area-picker.tsx'
import { api } from '../../server.ts'
import { rangeOf, type ScheduleSearch, stepped } from './search.ts'

type Props = {
  search: ScheduleSearch
  isReadOnly: boolean
  go: (change: ScheduleSearch) => void
}

const VIEWS = ['day', 'week', 'month'] as const
const ROWS = ['communes', 'children', 'devices'] as const

const openCalendar = async (areaId: AreaId | undefined) => {
  if (!areaId) return
  const { path } = await api.calendar(areaId)
  window.location.assign(path)
}

/** Which rows, which days, and what can be done with all of them. */
export const ScheduleToolbar = ({ search, isReadOnly, go }: Props) => {
  const { t } = useTranslation()
  const { from } = rangeOf(search)
  const view = search.view ?? 'week'
  return (
    <Group gap="xs" wrap="wrap">
      <AreaPicker value={search.areaId} onChange={(areaId) => go({ areaId })} />
      <Group gap={4} wrap="nowrap">
        <ActionIcon
          variant="default"
          size={36}
          aria-label={t('schedule.previous')}
          onClick={() => go({ date: stepped(search, -1) })}
        >
          <IconChevronLeft size={18} />
        </ActionIcon>
        <DatePickerInput
          aria-label={t('schedule.date')}
          valueFormat="DD/MM/YYYY"
          leftSection={<IconCalendar size={16} aria-hidden />}
          value={search.date ?? from}
          onChange={(date) => go({ date: date ?? undefined })}
          w={150}
        />
        <ActionIcon
          variant="default"
          size={36}
          aria-label={t('schedule.next')}
          onClick={() => go({ date: stepped(search, 1) })}
        >
          <IconChevronRight size={18} />
        </ActionIcon>
        <Button variant="default" px="sm" onClick={() => go({ date: undefined })}>
          {t('schedule.today')}
        </Button>
      </Group>
      <SegmentedControl
        aria-label={t('schedule.view.label')}
        value={view}
        onChange={(to) => go({ view: to as (typeof VIEWS)[number] })}
        data={VIEWS.map((value) => ({ value, label: t(`schedule.view.${value}`) }))}
      />
      <Select
        aria-label={t('schedule.rows.label')}
        value={search.rows ?? 'communes'}
        allowDeselect={false}
        onChange={(to) => go({ rows: to as (typeof ROWS)[number] })}
        data={ROWS.map((value) => ({
          value,
          label: `${t('schedule.rows.label')}: ${t(`schedule.rows.${value}`)}`,
        }))}
        w={190}
      />
      <Select
        aria-label={t('schedule.channel.label')}
        value={search.channel ?? 'all'}
        allowDeselect={false}
        onChange={(to) => go({ channel: to === 'all' ? undefined : (to as 'audio') })}
        data={(['all', 'audio', 'screen'] as const).map((value) => ({
          value,
          label: t(`schedule.channel.${value}`),
        }))}
        w={130}
      />
      <SegmentedControl
        aria-label={t('schedule.hours.label')}
        value={search.hours ?? (view === 'day' ? 'all' : 'air')}
        onChange={(to) => go({ hours: to as 'air' })}
        data={(['air', 'all'] as const).map((value) => ({
          value,
          label: t(`schedule.hours.${value}`),
        }))}
      />
      <SegmentedControl
        aria-label={t('schedule.draft.label')}
        value={search.draft ?? 'draft'}
        onChange={(to) => go({ draft: to as 'draft' })}
        data={(['draft', 'published'] as const).map((value) => ({
          value,
          label: t(`schedule.draft.${value}`),
        }))}
      />
      <Group gap={4} ml="auto" wrap="nowrap">
        <Button
          leftSection={<IconPlus size={18} />}
          disabled={isReadOnly}
          onClick={() => go({ edit: 'new', block: undefined })}
        >
          {t('schedule.add')}
        </Button>
        <Menu position="bottom-end" withArrow>
          <Menu.Target>
            <ActionIcon variant="default" size={36} aria-label={t('schedule.more')}>
              <IconDots size={18} />
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item
              leftSection={<IconCopy size={16} />}
              disabled={isReadOnly}
              onClick={() => go({ copy: 'days' })}
            >
              {t('schedule.copyDays')}
            </Menu.Item>
            <Menu.Item
              leftSection={<IconMapShare size={16} />}
              disabled={isReadOnly}
              onClick={() => go({ copy: 'areas' })}
            >
              {t('schedule.copyAreas')}
            </Menu.Item>
            {search.areaId && (
              <Menu.Item
                onClick={() => void openCalendar(search.areaId)}
                leftSection={<IconCalendarShare size={16} />}
              >
                {t('schedule.calendar')}
              </Menu.Item>
            )}
          </Menu.Dropdown>
        </Menu>
      </Group>
    </Group>
  )
}
