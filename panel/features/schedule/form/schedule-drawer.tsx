import { Alert } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { dateAt } from '#playlists'
import type { AreaId, EpochMs, TimelineRow, TimeZone } from '#protocol'
import { serverNow } from '../../../server.ts'
import { Loading } from '../../../ui/notices.tsx'
import { lengthOf, windowFor } from '../../../ui/playlist-length.ts'
import { SideDrawer } from '../../../ui/side-drawer.tsx'
import { useLibrary } from '../../../ui/use-library.ts'
import { useAreas, usePlaylists, useSchedules } from '../../../ui/use-programme.ts'
import { clock } from '../../../ui/when.ts'
import { asEnd } from '../move.ts'
import type { ScheduleSearch } from '../search.ts'
import { draftOf, newDraft, USUAL_START } from './draft.ts'
import { ScheduleForm } from './schedule-form.tsx'

type Props = {
  search: ScheduleSearch
  rows: readonly TimelineRow[]
  timeZone: TimeZone
  go: (change: ScheduleSearch, ignoreBlocker?: boolean) => void
}

const endAfter = (startTime: string, lengthMs: number): string => {
  const [hours = 0, minutes = 0] = startTime.split(':').map(Number)
  const end = (hours * 60 + minutes + lengthMs / 60_000) % 1_440
  return asEnd(
    `${String(Math.floor(end / 60)).padStart(2, '0')}:${String(end % 60).padStart(2, '0')}`,
  )
}

const USUAL_MS = 1_800_000

/** The form of a schedule, new or known, beside the page. */
export const ScheduleDrawer = ({ search, rows, timeZone, go }: Props) => {
  const { t } = useTranslation()
  const { data: schedules } = useSchedules()
  const { data: playlists } = usePlaylists()
  const { data: areas } = useAreas()
  const library = useLibrary()
  const { edit } = search
  const close = (isSaved = false) =>
    go(
      {
        edit: undefined,
        playlistId: undefined,
        from: undefined,
        to: undefined,
        ...(edit === 'new' && { row: undefined, on: undefined }),
      },
      isSaved,
    )
  /** The grid shows the first day on which it is heard. */
  const saved = (first: EpochMs | undefined) => {
    close(true)
    if (first !== undefined) go({ date: dateAt(first, timeZone) }, true)
  }
  const isNew = edit === 'new'
  const schedule = isNew ? undefined : schedules?.find(({ id }) => id === edit)
  const root = areas?.[0]
  const isReady = schedules && playlists && root
  const playlist = search.playlistId ? library.playlists.get(search.playlistId) : undefined
  const initial = () => {
    if (schedule) return draftOf(schedule)
    const lengthMs = playlist ? windowFor(lengthOf(playlist.items, library)) : USUAL_MS
    return newDraft({
      search,
      row: rows.find(({ id }) => id === search.row),
      areaId: search.areaId ?? (root?.id as AreaId),
      today: dateAt(serverNow(), timeZone),
      clock: clock(serverNow(), timeZone),
      playlist,
      to: endAfter(search.from ?? USUAL_START, lengthMs),
    })
  }
  return (
    <SideDrawer
      isOpen={edit !== undefined}
      title={t(isNew ? 'scheduleForm.addTitle' : 'scheduleForm.editTitle')}
      size="xl"
      onClose={() => close()}
    >
      {edit && !isReady && <Loading />}
      {edit && isReady && !isNew && !schedule && (
        <Alert color="orange">{t('schedule.drawer.gone')}</Alert>
      )}
      {edit && isReady && (isNew || schedule) && (
        <ScheduleForm
          key={edit}
          schedule={schedule}
          initial={initial()}
          timeZone={timeZone}
          onClose={() => close()}
          onSaved={saved}
        />
      )}
    </SideDrawer>
  )
}
