import { ActionIcon, Image, Popover } from '@mantine/core'
import { IconEye, IconPlayerPauseFilled, IconPlayerPlayFilled } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import type { Asset } from '#protocol'
import { useClip } from '../../ui/use-clip.ts'

const Play = ({ asset, source }: { asset: Asset; source: string }) => {
  const { t } = useTranslation()
  const { isPlaying, toggle } = useClip(source)
  return (
    <ActionIcon
      variant="subtle"
      aria-label={t(isPlaying ? 'playlists.pause' : 'playlists.listen', { title: asset.title })}
      onClick={toggle}
    >
      {isPlaying ? <IconPlayerPauseFilled size={16} /> : <IconPlayerPlayFilled size={16} />}
    </ActionIcon>
  )
}

const Look = ({ asset, source }: { asset: Asset; source: string }) => {
  const { t } = useTranslation()
  return (
    <Popover width={420} withArrow shadow="md" position="left">
      <Popover.Target>
        <ActionIcon variant="subtle" aria-label={t('playlists.look', { title: asset.title })}>
          <IconEye size={17} />
        </ActionIcon>
      </Popover.Target>
      <Popover.Dropdown p={4}>
        {asset.kind === 'image' && <Image src={source} alt={asset.title} fit="contain" mah={260} />}
        {asset.kind === 'video' && (
          <video
            controls
            muted
            autoPlay
            src={source}
            style={{ width: '100%' }}
            aria-label={asset.title}
          />
        )}
        {asset.kind === 'bulletin' && (
          <iframe
            src={source}
            title={asset.title}
            sandbox=""
            style={{ width: '100%', aspectRatio: '16 / 9', border: 0 }}
          />
        )}
      </Popover.Dropdown>
    </Popover>
  )
}

/** The very bytes that are broadcast, heard or seen in place. */
export const Listen = ({ asset }: { asset: Asset }) => {
  if (!asset.rendition) return null
  const source = `/media/${asset.rendition.sha256}`
  if (asset.kind === 'clip') return <Play asset={asset} source={source} />
  return asset.kind === 'relay' ? null : <Look asset={asset} source={source} />
}
