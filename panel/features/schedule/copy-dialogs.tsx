import { Button, Group, MultiSelect, Radio, Stack, Text } from '@mantine/core'
import { DatePickerInput } from '@mantine/dates'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { addDays } from '#playlists'
import { AreaId, type Copied, type PlaylistId, ScheduleId, type TimelineRow } from '#protocol'
import { api } from '../../server.ts'
import { Dialog } from '../../ui/dialog.tsx'
import { ErrorNotice } from '../../ui/notices.tsx'
import { takeAwayPlaylist, takeAwaySchedule } from '../../ui/take-away.ts'
import { rememberStep } from '../../ui/undo.ts'
import { programmeChanged, useAreas, useSchedules } from '../../ui/use-programme.ts'
import { useUndo } from '../../ui/use-undo.tsx'
import { dayOf } from '../../ui/when.ts'
import { rangeOf, type ScheduleSearch } from './search.ts'
import { putBack } from './use-schedule-edits.ts'

type Props = {
  search: ScheduleSearch
  rows: readonly TimelineRow[]
  go: (change: ScheduleSearch) => void
}

type Done = { copied: Copied; takeBack: () => Promise<void> }

/** Lists in lists: one that is held by another can only go after it. */
const removePlaylists = async (ids: readonly PlaylistId[]): Promise<void> => {
  const held: PlaylistId[] = []
  let refusal: unknown
  for (const id of ids) {
    try {
      await takeAwayPlaylist(id)
    } catch (error) {
      refusal = error
      held.push(id)
    }
  }
  if (held.length === ids.length && ids.length > 0) throw refusal
  if (held.length > 0) await removePlaylists(held)
}

/** Copies what is shown to other days, or schedules to other areas. */
export const CopyDialogs = (props: Props) => {
  const { t } = useTranslation()
  const { search, go } = props
  const close = () => go({ copy: undefined })
  return (
    <>
      <Dialog isOpen={search.copy === 'days'} onClose={close} title={t('copy.daysTitle')}>
        <CopyDaysForm {...props} close={close} />
      </Dialog>
      <Dialog isOpen={search.copy === 'areas'} onClose={close} title={t('copy.areasTitle')}>
        <CopyAreasForm {...props} close={close} />
      </Dialog>
    </>
  )
}

const useCopy = (copy: () => Promise<Done>, close: () => void) => {
  const { t } = useTranslation()
  const { offer } = useUndo()
  return useMutation({
    mutationFn: copy,
    onSuccess: async ({ copied, takeBack }) => {
      rememberStep({ what: t('schedule.undo.copied'), takeBack })
      offer(t('copy.done', { count: copied.scheduleIds.length }))
      close()
      await programmeChanged()
    },
  })
}

const shownSchedules = (rows: readonly TimelineRow[]) => [
  ...new Map(
    rows.flatMap(({ blocks }) => blocks.map(({ schedule }) => [schedule.id, schedule] as const)),
  ).values(),
]

const CopyDaysForm = ({ search, rows, close }: Props & { close: () => void }) => {
  const { t } = useTranslation()
  const { from, days: shownDays } = rangeOf(search)
  const [what, setWhat] = useState<'day' | 'week'>(shownDays >= 7 ? 'week' : 'day')
  const [first, setFirst] = useState(from)
  const [to, setTo] = useState<string[]>([])
  const { data: schedules = [] } = useSchedules()
  const ids = shownSchedules(rows).map(({ id }) => id)
  const start = what === 'week' ? from : first
  // Onto itself there is nothing to copy.
  const targets = to.filter((date) => date !== start)
  const copy = useCopy(async () => {
    const before = schedules
    const days = what === 'week' ? 7 : 1
    const copied = await api.copyDays({ scheduleIds: ids, from: start, days, to: targets })
    return {
      copied,
      // The same schedules happen on more dates: they get back the dates that they had.
      async takeBack() {
        for (const schedule of before)
          if (copied.scheduleIds.includes(schedule.id)) await putBack(schedule)
      },
    }
  }, close)
  if (ids.length === 0) return <Text size="sm">{t('copy.nothing')}</Text>
  return (
    <Stack>
      <Text size="sm">{t('copy.daysHint')}</Text>
      <Radio.Group
        label={t('copy.what')}
        value={what}
        onChange={(value) => setWhat(value as 'day')}
      >
        <Stack gap={6} mt={4}>
          <Radio value="day" label={t('copy.day')} />
          <Radio value="week" label={t('copy.week', { date: dayOf(from) })} />
        </Stack>
      </Radio.Group>
      {what === 'day' && (
        <DatePickerInput
          label={t('copy.from')}
          valueFormat="DD/MM/YYYY"
          value={first}
          minDate={from}
          maxDate={addDays(from, shownDays - 1)}
          onChange={(date) => setFirst(date ?? from)}
        />
      )}
      <DatePickerInput
        type="multiple"
        label={t('copy.to')}
        valueFormat="DD/MM/YYYY"
        excludeDate={(date) => date === start}
        value={targets}
        onChange={setTo}
      />
      {copy.error && <ErrorNotice error={copy.error} />}
      <Group>
        <Button
          disabled={targets.length === 0}
          loading={copy.isPending}
          onClick={() => copy.mutate()}
        >
          {t('copy.submit')}
        </Button>
      </Group>
    </Stack>
  )
}

const CopyAreasForm = ({ rows, close }: Props & { close: () => void }) => {
  const { t } = useTranslation()
  const { data: areas = [] } = useAreas()
  const { data: schedules = [] } = useSchedules()
  const [ids, setIds] = useState<string[]>([])
  const [areaIds, setAreaIds] = useState<string[]>([])
  const copy = useCopy(async () => {
    const copied = await api.copyToAreas({
      scheduleIds: ids.map((id) => ScheduleId.parse(id)),
      areaIds: areaIds.map((id) => AreaId.parse(id)),
    })
    return {
      copied,
      async takeBack() {
        for (const id of copied.scheduleIds) await takeAwaySchedule(id)
        await removePlaylists(copied.playlistIds)
      },
    }
  }, close)
  const shown = shownSchedules(rows)
  const known = schedules.filter(({ id }) => shown.some((one) => one.id === id))
  return (
    <Stack>
      <MultiSelect
        label={t('copy.schedules')}
        data={known.map(({ id, name }) => ({ value: id, label: name }))}
        value={ids}
        onChange={setIds}
        searchable
        data-autofocus
      />
      <MultiSelect
        label={t('copy.areas')}
        data={areas.map(({ id, name, path, code }) => ({
          value: id,
          label: `${name}${path.length > 2 ? ` — ${path.at(-2)}` : ''} (${code})`,
        }))}
        value={areaIds}
        onChange={setAreaIds}
        searchable
        limit={60}
      />
      {copy.error && <ErrorNotice error={copy.error} />}
      <Group>
        <Button
          disabled={ids.length === 0 || areaIds.length === 0}
          loading={copy.isPending}
          onClick={() => copy.mutate()}
        >
          {t('copy.submit')}
        </Button>
      </Group>
    </Stack>
  )
}
