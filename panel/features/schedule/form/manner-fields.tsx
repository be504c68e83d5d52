import { Checkbox, Group, Input, NumberInput, Select, Slider, Stack, Textarea } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { type Channel, type Playlist, PlaylistId, PRIORITIES, type Priority } from '#protocol'
import { CadenceFields } from './cadence-fields.tsx'
import type { Draft } from './draft.ts'
import { EmergencyFields } from './emergency-fields.tsx'

type Props = {
  value: Draft
  channel: Channel
  playlists: readonly Playlist[]
  /** Whether the reader may break in everywhere that hears it. */
  mayBreakIn: boolean
  onChange: (change: Partial<Draft>) => void
}

const MINUTE_MS = 60_000
const FILLS = ['end', 'repeat', 'playlist'] as const
const CHOICES = ['refuse', 'queue', 'replace'] as const

/** How it is played: class, loudness, what fills the rest, what happens where another is on air. */
export const MannerFields = ({ value, channel, playlists, mayBreakIn, onChange }: Props) => {
  const { t } = useTranslation()
  const isAudio = channel === 'audio'
  const isEmergency = value.priority === 'emergency'
  return (
    <Stack gap="sm">
      <Group grow align="flex-start">
        <Select
          label={t('scheduleForm.priority')}
          description={t('scheduleForm.priorityHint')}
          data={PRIORITIES.filter((one) => one !== 'emergency').map((one) => ({
            value: one,
            label: t(`schedule.priority.${one}`),
          }))}
          value={isEmergency ? null : value.priority}
          placeholder={isEmergency ? t('schedule.priority.emergency') : undefined}
          disabled={isEmergency}
          allowDeselect={false}
          onChange={(to) => onChange({ priority: to as Priority })}
        />
      </Group>
      {(mayBreakIn || isEmergency) && (
        <EmergencyFields value={value} isReadOnly={!mayBreakIn} onChange={onChange} />
      )}
      <CadenceFields value={value.cadence ?? null} onChange={onChange} />
      {!value.cadence && (
        <Group grow align="flex-start">
          <Select
            label={t('scheduleForm.fill')}
            data={FILLS.map((one) => ({ value: one, label: t(`scheduleForm.fills.${one}`) }))}
            value={value.fill}
            allowDeselect={false}
            onChange={(fill) =>
              onChange({
                fill: fill as Draft['fill'],
                ...(fill !== 'playlist' && { fillPlaylistId: null }),
              })
            }
          />
          {value.fill === 'playlist' && (
            <Select
              label={t('scheduleForm.fillPlaylist')}
              data={playlists
                .filter((one) => one.channel === channel && one.id !== value.playlistId)
                .map(({ id, name }) => ({ value: id, label: name }))}
              value={value.fillPlaylistId}
              onChange={(id) => onChange({ fillPlaylistId: id ? PlaylistId.parse(id) : null })}
              searchable
            />
          )}
        </Group>
      )}
      <Group grow align="flex-start">
        {!value.cadence && (
          <>
            <NumberInput
              label={t('scheduleForm.repeatCount')}
              min={1}
              max={10}
              value={value.repeats.count}
              onChange={(count) =>
                onChange({ repeats: { ...value.repeats, count: Math.max(1, Number(count) || 1) } })
              }
            />
            <NumberInput
              label={t('scheduleForm.repeatGap')}
              min={0}
              max={120}
              disabled={value.repeats.count < 2}
              value={value.repeats.gapMs / MINUTE_MS}
              onChange={(gap) =>
                onChange({ repeats: { ...value.repeats, gapMs: (Number(gap) || 0) * MINUTE_MS } })
              }
            />
          </>
        )}
        {!isAudio && (
          <NumberInput
            label={t('scheduleForm.weight')}
            min={1}
            max={100}
            value={value.weight}
            onChange={(weight) => onChange({ weight: Math.max(1, Number(weight) || 1) })}
          />
        )}
      </Group>
      {isAudio && (
        <>
          <Input.Wrapper
            label={t('scheduleForm.volume', { volume: value.volume })}
            labelElement="div"
          >
            <Slider
              thumbLabel={t('scheduleForm.volume', { volume: value.volume })}
              value={value.volume}
              onChange={(volume) => onChange({ volume })}
              label={null}
            />
          </Input.Wrapper>
          <Select
            label={t('scheduleForm.conflict')}
            data={CHOICES.map((one) => ({ value: one, label: t(`scheduleForm.conflicts.${one}`) }))}
            value={value.onConflict}
            allowDeselect={false}
            onChange={(to) => onChange({ onConflict: to as Draft['onConflict'] })}
          />
          <Checkbox
            label={t('scheduleForm.session')}
            checked={value.session}
            onChange={(event) => onChange({ session: event.currentTarget.checked })}
          />
        </>
      )}
      {!isEmergency && (
        <Checkbox
          label={t('scheduleForm.exception')}
          checked={value.exception !== null}
          onChange={(event) =>
            onChange({ exception: event.currentTarget.checked ? { reason: '' } : null })
          }
        />
      )}
      {!isEmergency && value.exception && (
        <Textarea
          label={t('scheduleForm.reason')}
          description={t('scheduleForm.reasonHint')}
          required
          autosize
          minRows={2}
          maxLength={500}
          value={value.exception.reason}
          onChange={(event) => onChange({ exception: { reason: event.currentTarget.value } })}
        />
      )}
    </Stack>
  )
}
