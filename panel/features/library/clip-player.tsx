import { ActionIcon, Box, Group, Slider, Stack, Text } from '@mantine/core'
import { IconPlayerPauseFilled, IconPlayerPlayFilled } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import type { Asset } from '#protocol'
import { useClip } from '../../ui/use-clip.ts'
import { length } from '../../ui/when.ts'
import { Waveform } from './waveform.tsx'

type Props = {
  asset: Asset
  height: number
  /** Shows a slider and the time, where there is room for them. */
  isDetailed?: boolean
}

/** Plays the very sound that will be broadcast, with its outline. */
export const ClipPlayer = ({ asset, height, isDetailed = false }: Props) => {
  const { t } = useTranslation()
  const { isPlaying, at, toggle, seek } = useClip(`/media/${asset.rendition?.sha256}`)
  const seconds = (asset.rendition?.durationMs ?? 0) / 1000
  const label = t(isPlaying ? 'library.pause' : 'library.play', { title: asset.title })
  return (
    <Group
      gap="sm"
      wrap="nowrap"
      h={height}
      px="sm"
      bg="light-dark(#eef3f1, #1f2625)"
      style={{ borderRadius: isDetailed ? 8 : 0 }}
    >
      <ActionIcon radius="xl" size={isDetailed ? 'xl' : 'lg'} onClick={toggle} aria-label={label}>
        {isPlaying ? <IconPlayerPauseFilled size={18} /> : <IconPlayerPlayFilled size={18} />}
      </ActionIcon>
      <Stack gap={4} style={{ flex: 1 }}>
        <Waveform peaks={asset.waveform ?? []} played={seconds > 0 ? at / seconds : 0} />
        {isDetailed && (
          <Group gap="sm" wrap="nowrap">
            <Box style={{ flex: 1 }}>
              <Slider
                size="sm"
                value={at}
                max={Math.max(1, seconds)}
                step={0.1}
                label={(value) => length(value * 1000)}
                thumbLabel={t('library.position')}
                onChange={seek}
              />
            </Box>
            <Text size="xs" c="dimmed" className="figures">
              {length(at * 1000)} / {length(seconds * 1000)}
            </Text>
          </Group>
        )}
      </Stack>
    </Group>
  )
}
