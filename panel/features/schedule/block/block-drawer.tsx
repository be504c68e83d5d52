import { Alert, Button, Group, List, Stack, Text, Title } from '@mantine/core'
import { IconCopy, IconPencil, IconTrash } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { addDays, dateAt, datesOf, ruleProblem } from '#playlists'
import type { LocalDate, Schedule, TimelineRow, TimeZone } from '#protocol'
import { api, serverNow } from '../../../server.ts'
import { Facts } from '../../../ui/facts.tsx'
import { Loading } from '../../../ui/notices.tsx'
import { SideDrawer } from '../../../ui/side-drawer.tsx'
import { useLibrary } from '../../../ui/use-library.ts'
import { useSchedules } from '../../../ui/use-programme.ts'
import { WarnBadge } from '../../../ui/warn-badge.tsx'
import { clock, dateTime, dayOf } from '../../../ui/when.ts'
import { useSentence } from '../recurrence/use-sentence.ts'
import type { ScheduleSearch } from '../search.ts'
import { inputOf, type ScheduleEdits } from '../use-schedule-edits.ts'
import { BlockItems } from './block-items.tsx'

const SHOWN = 5
const HORIZON_DAYS = 60

type Props = {
  search: ScheduleSearch
  rows: readonly TimelineRow[]
  timeZone: TimeZone
  edits: ScheduleEdits
  go: (change: ScheduleSearch) => void
}

const endedBy = ({ time }: Schedule, timeZone: TimeZone): boolean =>
  clock(serverNow(), timeZone) >= time.endTime.slice(0, 5)

/** A rule that is refused happens on no day: it was stored when it was still taken. */
const upcoming = ({ time }: Schedule, today: LocalDate, timeZone: TimeZone): LocalDate[] =>
  ruleProblem(time) ? [] : datesOf(time, today, addDays(today, HORIZON_DAYS), timeZone)

/** A closer look at one block: what it is in a sentence, when again, what is in it, and why. */
export const BlockDrawer = ({ search, rows, timeZone, edits, go }: Props) => {
  const { t } = useTranslation()
  const { data: schedules } = useSchedules()
  const schedule = schedules?.find(({ id }) => id === search.block)
  const close = () => go({ block: undefined, on: undefined, row: undefined })
  const isOpen = search.block !== undefined && search.edit === undefined
  return (
    <SideDrawer isOpen={isOpen} title={t('schedule.drawer.title')} size="lg" onClose={close}>
      {!schedules && <Loading />}
      {schedules && !schedule && <Alert color="orange">{t('schedule.drawer.gone')}</Alert>}
      {schedule && isOpen && (
        <Content {...{ schedule, search, rows, timeZone, edits, go, close }} />
      )}
    </SideDrawer>
  )
}

const Content = (props: Props & { schedule: Schedule; close: () => void }) => {
  const { schedule, search, rows, timeZone, edits, go, close } = props
  const { t } = useTranslation()
  const sentence = useSentence()
  const library = useLibrary()
  const { data: publications } = useQuery({
    queryKey: ['publications', 'newest'],
    queryFn: () => api.publications(),
  })
  const playlist = library.playlists.get(schedule.playlistId)
  const channel = playlist?.channel ?? 'audio'
  const row = rows.find(({ id }) => id === search.row)
  const today = dateAt(serverNow(), timeZone)
  const date = search.on ?? today
  const block = row?.blocks.find(
    ({ schedule: { id }, from }) => id === schedule.id && dateAt(from, timeZone) === date,
  )
  const isPast = (day: string) =>
    day === today && schedule.time.endTime > schedule.time.startTime && endedBy(schedule, timeZone)
  const dates = upcoming(schedule, today, timeZone).filter((day) => !isPast(day))
  const publication = publications?.items.find(({ changes }) =>
    changes.some(({ id }) => id === schedule.id),
  )
  const isDraft = search.draft !== 'published'

  const duplicate = () => {
    const input = inputOf(schedule)
    const time = {
      ...input.time,
      startDate: addDays(date, 1),
      rrule: null,
      extraDates: [],
      exceptDates: [],
    }
    void edits.add({ ...input, time })
  }
  const skip = () => {
    const input = inputOf(schedule)
    const exceptDates = [...input.time.exceptDates, date]
    void edits.edit(schedule, { ...input, time: { ...input.time, exceptDates } })
    close()
  }
  const remove = () => {
    void edits.remove(schedule)
    close()
  }

  return (
    <Stack gap="lg">
      <Stack gap={6}>
        <Group gap="xs">
          <Title order={2} size="h3">
            {schedule.name}
          </Title>
          {block?.isDraft && <WarnBadge>{t('schedule.legend.draft')}</WarnBadge>}
        </Group>
        <Text data-sentence>{sentence(inputOf(schedule), channel)}</Text>
      </Stack>
      {isDraft && (
        <Group gap="xs">
          <Button
            leftSection={<IconPencil size={16} />}
            onClick={() => go({ edit: schedule.id })}
            size="sm"
          >
            {t('schedule.drawer.edit')}
          </Button>
          <Button
            variant="default"
            size="sm"
            leftSection={<IconCopy size={16} />}
            onClick={duplicate}
          >
            {t('schedule.drawer.duplicate')}
          </Button>
          {schedule.time.rrule !== null && (
            <Button variant="default" size="sm" onClick={skip}>
              {t('schedule.drawer.skip')}
            </Button>
          )}
          <Button
            variant="subtle"
            color="red"
            size="sm"
            leftSection={<IconTrash size={16} />}
            onClick={remove}
          >
            {t('schedule.drawer.remove')}
          </Button>
        </Group>
      )}
      <Facts
        rows={[
          [t('schedule.drawer.playlist'), playlist?.name ?? '–'],
          [t('schedule.drawer.priority'), t(`schedule.priority.${schedule.priority}`)],
          [t('schedule.drawer.volume'), `${schedule.volume} %`],
          ...(schedule.exception
            ? [[t('schedule.drawer.exception'), schedule.exception.reason] as const]
            : []),
          [
            t('schedule.drawer.history'),
            publication
              ? t('schedule.drawer.publishedBy', {
                  name: publication.by,
                  number: publication.number,
                  time: dateTime(publication.at, timeZone),
                })
              : t('schedule.drawer.neverPublished'),
          ],
        ]}
      />
      <Stack gap={4}>
        <Title order={3} size="h5">
          {t('schedule.drawer.occurrences')}
        </Title>
        <List size="sm" listStyleType="none">
          {dates.slice(0, SHOWN).map((day) => (
            <List.Item key={day}>
              {dayOf(day)}
              {block && `, ${clock(block.from, timeZone)}–${clock(block.to, timeZone)}`}
            </List.Item>
          ))}
        </List>
        {dates.length > SHOWN && (
          <Text size="sm" c="dimmed">
            {t('schedule.drawer.moreOccurrences', { count: dates.length - SHOWN })}
          </Text>
        )}
      </Stack>
      {row && block && (
        <BlockItems
          key={`${row.id} ${date}`}
          row={row}
          block={block}
          date={date}
          timeZone={timeZone}
          view={search.draft ?? 'draft'}
        />
      )}
    </Stack>
  )
}
