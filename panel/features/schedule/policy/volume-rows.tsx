import { NumberInput, Text } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import type { VolumeCeiling } from '#protocol'
import { TimePair } from '../../../ui/time-pair.tsx'
import { Rows } from './rows.tsx'

type Props = {
  value: readonly VolumeCeiling[]
  isReadOnly: boolean
  onChange: (ceilings: VolumeCeiling[]) => void
}

const BLANK: VolumeCeiling = { startTime: '05:00', endTime: '06:00', volume: 60 }

/** Not louder than this in a stretch of the day. */
export const VolumeRows = ({ value, isReadOnly, onChange }: Props) => {
  const { t } = useTranslation()
  return (
    <Rows
      value={value}
      isReadOnly={isReadOnly}
      blank={BLANK}
      empty={<Text size="sm">{t('policy.unlimited')}</Text>}
      onChange={onChange}
      render={(row, set) => (
        <>
          <TimePair
            value={row}
            labels={{ from: t('policy.from'), to: t('policy.to') }}
            isReadOnly={isReadOnly}
            onChange={set}
          />
          <NumberInput
            label={t('policy.volume')}
            min={0}
            max={100}
            w={110}
            value={row.volume}
            onChange={(volume) => set({ volume: Number(volume) || 0 })}
          />
        </>
      )}
    />
  )
}
