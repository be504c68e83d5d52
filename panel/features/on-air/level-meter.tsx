import { Box, Group, Text } from '@mantine/core'
import { IconVolume } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'

const FLOOR_DBFS = -48

/** How loud the sound is that goes out now, measured at the output. */
export const LevelMeter = ({ rmsDbfs }: { rmsDbfs: number | null }) => {
  const { t } = useTranslation()
  const share = rmsDbfs === null ? 0 : Math.max(0, Math.min(1, 1 - rmsDbfs / FLOOR_DBFS))
  const label = rmsDbfs === null ? t('onAir.noLevel') : t('onAir.level', { level: rmsDbfs })
  return (
    <Group gap={8} wrap="nowrap">
      <IconVolume
        size={14}
        aria-hidden
        style={{ flexShrink: 0 }}
        color="var(--mantine-color-dimmed)"
      />
      <Box
        role="meter"
        aria-label={label}
        aria-valuenow={rmsDbfs ?? FLOOR_DBFS}
        aria-valuemin={FLOOR_DBFS}
        aria-valuemax={0}
        h={6}
        style={{
          flex: 1,
          borderRadius: 3,
          background: 'light-dark(#e4e8e6, #2c3132)',
          overflow: 'hidden',
        }}
      >
        <Box
          h="100%"
          w={`${share * 100}%`}
          style={{ background: 'light-dark(#c98a00, #f0b93a)', transition: 'width 300ms' }}
        />
      </Box>
      <Text size="xs" c="dimmed" className="figures" w={72} ta="right">
        {rmsDbfs === null ? '–' : `${rmsDbfs.toFixed(1)} dBFS`}
      </Text>
    </Group>
  )
}
