import { Box, Button, Fieldset, Group, Select, Stack, TextInput } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { type EpochMs, PlaylistId, type Preview, type Schedule, type TimeZone } from '#protocol'
import { BothVersions } from '../../../ui/both-versions.tsx'
import { ErrorNotice } from '../../../ui/notices.tsx'
import { lengthOf } from '../../../ui/playlist-length.ts'
import { UnsavedGuard } from '../../../ui/unsaved-guard.tsx'
import { useLibrary } from '../../../ui/use-library.ts'
import { useRights } from '../../../ui/use-rights.ts'
import { length } from '../../../ui/when.ts'
import { useSentence } from '../recurrence/use-sentence.ts'
import { AudienceFields } from './audience-fields.tsx'
import { completeOf, type Draft, draftOf } from './draft.ts'
import { EmergencyConfirm } from './emergency-fields.tsx'
import { MannerFields } from './manner-fields.tsx'
import { PreviewPanel } from './preview-panel.tsx'
import { RecurrenceFields } from './recurrence-fields.tsx'
import classes from './schedule-form.module.css'
import { TimeFields } from './time-fields.tsx'
import { useDayparts } from './use-dayparts.ts'
import { usePreview } from './use-preview.ts'
import { useSaveSchedule } from './use-save-schedule.ts'

type Props = {
  schedule: Schedule | undefined
  initial: Draft
  timeZone: TimeZone
  onClose: () => void
  /**
   * Closes it without a question: what it held is saved.
   * @param first when it is first on air, as far as that is known
   */
  onSaved: (first: EpochMs | undefined) => void
}

/** Names of the schedules that lose time to others than themselves. */
const interruptedBy = (preview: Preview | undefined, id: string | undefined): string[] => [
  ...new Set(
    (preview?.interruptions ?? [])
      .filter(({ by, schedule }) => by?.priority === 'emergency' && schedule.id !== id)
      .map(({ schedule }) => schedule.name),
  ),
]

/** Everything that is said of a schedule, with what would come of it beside. */
export const ScheduleForm = (props: Props) => {
  const { schedule, initial, timeZone, onClose, onSaved } = props
  const { t } = useTranslation()
  const [draft, setDraft] = useState(initial)
  const [untouched, setUntouched] = useState(initial)
  const [isConfirmed, setConfirmed] = useState(false)
  const may = useRights()
  const library = useLibrary()
  const sentence = useSentence()
  const playlists = [...library.playlists.values()]
  const playlist = draft.playlistId ? library.playlists.get(draft.playlistId) : undefined
  const channel = playlist?.channel ?? 'audio'
  const dayparts = useDayparts(draft.areaId)
  const complete = completeOf(draft, library.playlists)
  const preview = usePreview(complete, schedule?.id ?? null, timeZone)
  const save = useSaveSchedule(schedule, () => {
    const { devices, occurrences } = preview.data ?? {}
    if (devices === 0)
      notifications.show({ color: 'orange', message: t('scheduleForm.preview.noDevice') })
    onSaved(occurrences?.[0]?.from)
  })
  // What was confirmed was about what the form said: any change asks again.
  const set = (change: Partial<Draft>) => {
    setConfirmed(false)
    setDraft((before) => ({ ...before, ...change }))
  }
  const setTime = (change: Partial<Draft['time']>) => {
    setConfirmed(false)
    setDraft((before) => ({ ...before, time: { ...before.time, ...change } }))
  }

  const describe = (one: Draft): Record<string, string> => ({
    [t('scheduleForm.name')]: one.name,
    [t('scheduleForm.playlist')]: one.playlistId
      ? (library.playlists.get(one.playlistId)?.name ?? '–')
      : '–',
    [t('scheduleForm.when')]: sentence(
      { ...one, playlistId: one.playlistId as PlaylistId },
      channel,
    ),
    [t('scheduleForm.priority')]: t(`schedule.priority.${one.priority}`),
    [t('scheduleForm.fill')]: t(`scheduleForm.fills.${one.fill}`),
    [t('schedule.drawer.volume')]: `${one.volume} %`,
    [t('scheduleForm.conflict')]: t(`scheduleForm.conflicts.${one.onConflict}`),
    [t('scheduleForm.session')]: one.session ? '✓' : '–',
    [t('scheduleForm.exception')]: one.exception?.reason ?? '–',
  })
  const differences = () => {
    const theirs = save.theirs ? describe(draftOf(save.theirs)) : {}
    return Object.entries(describe(draft)).map(
      ([field, mine]) => [field, mine, theirs[field] ?? '–'] as const,
    )
  }
  const isEmergency = draft.priority === 'emergency'
  const isReady = complete !== undefined && (!isEmergency || isConfirmed)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (complete && isReady) save.save(complete)
  }

  return (
    <form onSubmit={submit} className={classes.form}>
      <UnsavedGuard isChanged={JSON.stringify(draft) !== JSON.stringify(untouched)} part="edit" />
      <Stack gap="md">
        <Select
          label={t('scheduleForm.playlist')}
          placeholder={t('scheduleForm.pickPlaylist')}
          required
          searchable
          data-autofocus={draft.playlistId === null || undefined}
          data={playlists.map((one) => ({
            value: one.id,
            label: `${one.name} (${t(`schedule.channel.${one.channel}`)}, ${length(lengthOf(one.items, library))})`,
          }))}
          value={draft.playlistId}
          onChange={(id) => set({ playlistId: id ? PlaylistId.parse(id) : null })}
        />
        <TextInput
          label={t('scheduleForm.name')}
          placeholder={playlist?.name ?? t('scheduleForm.namePlaceholder')}
          maxLength={200}
          value={draft.name}
          onChange={(event) => set({ name: event.currentTarget.value })}
        />
        <Fieldset legend={t('scheduleForm.when')}>
          <Stack gap="sm">
            <TimeFields value={draft.time} dayparts={dayparts} onChange={setTime} />
            <RecurrenceFields value={draft.time} onChange={setTime} />
          </Stack>
        </Fieldset>
        <Fieldset legend={t('scheduleForm.where')}>
          <AudienceFields value={draft} onChange={set} />
        </Fieldset>
        <Fieldset legend={t('scheduleForm.how')}>
          <MannerFields
            value={draft}
            channel={channel}
            playlists={playlists}
            mayBreakIn={may('emergency', draft.areaId)}
            onChange={set}
          />
        </Fieldset>
        <div className={classes.foot}>
          <Stack gap="sm">
            <Box className={classes.outlook} tabIndex={0}>
              {save.isStale ? (
                <BothVersions
                  rows={differences()}
                  isRemoved={save.theirs === undefined}
                  onKeepMine={() => complete && save.keepMine(complete)}
                  onTakeTheirs={() => {
                    if (save.theirs) {
                      setDraft(draftOf(save.theirs))
                      setUntouched(draftOf(save.theirs))
                    }
                    save.takeTheirs()
                  }}
                />
              ) : (
                <PreviewPanel
                  sentence={sentence(
                    { ...draft, playlistId: draft.playlistId as PlaylistId },
                    channel,
                    dayparts.find(({ code }) => code === draft.time.daypart)?.name,
                  )}
                  preview={preview}
                  isComplete={complete !== undefined}
                  timeZone={timeZone}
                />
              )}
            </Box>
            {isEmergency && complete && (
              <EmergencyConfirm
                devices={preview.isFetching ? undefined : preview.data?.devices}
                interrupts={interruptedBy(preview.data, schedule?.id)}
                inQuietHours={preview.data?.breaks.includes('quiet-hours') ?? false}
                isConfirmed={isConfirmed}
                onChange={setConfirmed}
              />
            )}
            {save.error && <ErrorNotice error={save.error} />}
            {!save.isStale && (
              <Group>
                <Button
                  type="submit"
                  color={isEmergency ? 'red' : 'rice'}
                  loading={save.isPending}
                  disabled={!isReady}
                >
                  {t('scheduleForm.save')}
                </Button>
                {save.conflicts && complete && (
                  <Button variant="light" color="red" onClick={() => save.save(complete, true)}>
                    {t('scheduleForm.saveAnyway')}
                  </Button>
                )}
                <Button variant="default" onClick={onClose}>
                  {t('scheduleForm.cancel')}
                </Button>
              </Group>
            )}
          </Stack>
        </div>
      </Stack>
    </form>
  )
}
