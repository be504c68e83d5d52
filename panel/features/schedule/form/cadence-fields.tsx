import { Group, NumberInput, Select } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import type { Cadence } from '#protocol'
import type { Draft } from './draft.ts'

type Props = { value: Cadence | null; onChange: (change: Partial<Draft>) => void }

const KINDS = ['none', 'interval', 'hourly'] as const
const FIRST: Record<Cadence['kind'], Cadence> = {
  interval: { kind: 'interval', minutes: 30 },
  hourly: { kind: 'hourly', minute: 0 },
}

/** Whether it is played once in its window, every so many minutes, or at a minute of every hour. */
export const CadenceFields = ({ value, onChange }: Props) => {
  const { t } = useTranslation()
  // Rounds by the clock leave nothing to fill, and are no rounds with a gap.
  const set = (cadence: Cadence | null) =>
    onChange({
      cadence,
      ...(cadence && { fill: 'end', fillPlaylistId: null, repeats: { count: 1, gapMs: 0 } }),
    })
  return (
    <Group grow align="flex-start">
      <Select
        label={t('scheduleForm.cadence')}
        data={KINDS.map((kind) => ({ value: kind, label: t(`scheduleForm.cadences.${kind}`) }))}
        value={value?.kind ?? 'none'}
        allowDeselect={false}
        onChange={(kind) => set(kind === 'interval' || kind === 'hourly' ? FIRST[kind] : null)}
      />
      {value?.kind === 'interval' && (
        <NumberInput
          label={t('scheduleForm.cadenceMinutes')}
          min={5}
          max={720}
          value={value.minutes}
          onChange={(minutes) => set({ kind: 'interval', minutes: Number(minutes) || 0 })}
        />
      )}
      {value?.kind === 'hourly' && (
        <NumberInput
          label={t('scheduleForm.cadenceMinute')}
          min={0}
          max={59}
          value={value.minute}
          onChange={(minute) => set({ kind: 'hourly', minute: Number(minute) || 0 })}
        />
      )}
    </Group>
  )
}
