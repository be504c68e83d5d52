import { Box, Group, Stack, Text, VisuallyHidden } from '@mantine/core'
import { useHotkeys } from '@mantine/hooks'
import { IconCalendarEvent } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { type PointerEvent, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '../../server.ts'
import { Empty, ErrorNotice, Loading } from '../../ui/notices.tsx'
import { useAreas, useSchedules } from '../../ui/use-programme.ts'
import { useUndo } from '../../ui/use-undo.tsx'
import { HOME_ZONE } from '../../ui/when.ts'
import { BlockDrawer } from './block/block-drawer.tsx'
import { CopyDialogs } from './copy-dialogs.tsx'
import { ConflictDialog, ScopeDialog } from './dialogs.tsx'
import { ScheduleDrawer } from './form/schedule-drawer.tsx'
import type { DragSource } from './grid/drag-store.ts'
import { TimelineGrid } from './grid/timeline-grid.tsx'
import { Legend } from './legend.tsx'
import { Palette } from './palette.tsx'
import { ScheduleToolbar } from './schedule-toolbar.tsx'
import { rangeOf, useScheduleSearch } from './search.ts'
import { useGridActions } from './use-grid-actions.ts'
import { useScheduleEdits } from './use-schedule-edits.ts'
import { useTimeline } from './use-timeline.ts'

/** Who hears what, and when: schedules laid over communes and days. */
export const SchedulePage = () => {
  const { t } = useTranslation()
  const { search, go } = useScheduleSearch()
  const timeline = useTimeline(search)
  const { data: schedules = [] } = useSchedules()
  const { data: areas = [] } = useAreas()
  const { data: impact } = useQuery({
    queryKey: ['impact', search.areaId],
    queryFn: () => api.impact(search.areaId),
  })
  const edits = useScheduleEdits()
  const { undo } = useUndo()
  const palette = useRef<((source: DragSource, event: PointerEvent) => void) | undefined>(undefined)
  const area = areas.find(({ id }) => id === search.areaId) ?? areas[0]
  const timeZone = area?.timeZone ?? HOME_ZONE
  const { actions, question, dropQuestion } = useGridActions({ schedules, edits, timeZone, go })
  const { from, days } = rangeOf(search)
  const isReadOnly = search.draft === 'published'
  const rows = timeline.data?.items ?? []
  const hours = search.hours ?? (search.view === 'day' ? 'all' : 'air')

  useHotkeys([['mod+Z', () => void undo()]])

  return (
    <Stack gap="sm" style={{ flex: 1, minHeight: 0 }}>
      <ScheduleToolbar search={search} isReadOnly={isReadOnly} go={go} />
      {timeline.isPending && <Loading />}
      {timeline.error && (
        <ErrorNotice error={timeline.error} onRetry={() => void timeline.refetch()} />
      )}
      {timeline.data && rows.length === 0 && (
        <Empty
          icon={<IconCalendarEvent size={40} stroke={1.5} />}
          title={t('schedule.noRows')}
          hint={t('schedule.noRowsHint')}
        />
      )}
      {rows.length > 0 && (
        <Group align="stretch" wrap="nowrap" gap="sm" style={{ flex: 1, minHeight: 320 }}>
          <Stack gap={6} style={{ flex: 1, minWidth: 0 }}>
            {rows.every(({ blocks }) => blocks.length === 0) && (
              <Text size="sm" role="note">
                <b>{t('schedule.empty')}.</b> {t('schedule.emptyHint')}
              </Text>
            )}
            <Box style={{ flex: 1, minHeight: 0 }}>
              <TimelineGrid
                rows={rows}
                from={from}
                days={days}
                timeZone={timeZone}
                isFolded={hours === 'air'}
                channel={search.channel ?? 'audio'}
                isReadOnly={isReadOnly}
                height="100%"
                palette={palette}
                {...actions}
              />
            </Box>
            <VisuallyHidden id="grid-help">{t('schedule.gridHelp')}</VisuallyHidden>
            <Legend />
          </Stack>
          <Box visibleFrom="md">
            <Palette
              targets={impact?.targets ?? []}
              isReadOnly={isReadOnly}
              onDrag={(source, event) => palette.current?.(source, event)}
              onUse={({ id }) => go({ edit: 'new', playlistId: id, block: undefined })}
            />
          </Box>
        </Group>
      )}
      <BlockDrawer search={search} rows={rows} timeZone={timeZone} edits={edits} go={go} />
      <ScheduleDrawer search={search} rows={rows} timeZone={timeZone} go={go} />
      <ScopeDialog question={question} onClose={dropQuestion} />
      <ConflictDialog edits={edits} timeZone={timeZone} />
      <CopyDialogs search={search} rows={rows} go={go} />
    </Stack>
  )
}
