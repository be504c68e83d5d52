import { Box, Image } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import type { Asset } from '#protocol'
import { ClipPlayer } from './clip-player.tsx'
import { RelayAddress } from './relay-address.tsx'

/** The very bytes that will be broadcast, to be heard or seen before they are approved. */
export const AssetPlayer = ({ asset }: { asset: Asset }) => {
  const { t } = useTranslation()
  const source = `/media/${asset.rendition?.sha256}`
  const { width, height } = asset.rendition ?? {}
  // Its place is kept while it loads: what stands below must not move under a click.
  const aspectRatio = width && height ? `${width} / ${height}` : undefined
  switch (asset.kind) {
    case 'clip':
      return <ClipPlayer asset={asset} height={120} isDetailed />
    case 'video':
      return (
        <video
          controls
          muted
          src={source}
          style={{ width: '100%', aspectRatio, background: '#000', borderRadius: 8 }}
          aria-label={asset.title}
        />
      )
    case 'image':
      return (
        <Box bg="#000" style={{ borderRadius: 8, overflow: 'hidden' }}>
          <Image src={source} alt={asset.title} fit="contain" mah={360} style={{ aspectRatio }} />
        </Box>
      )
    case 'bulletin':
      return (
        <iframe
          src={source}
          title={t('library.open', { title: asset.title })}
          sandbox=""
          style={{ width: '100%', aspectRatio: '16 / 9', border: 0, borderRadius: 8 }}
        />
      )
    case 'relay':
      return <RelayAddress asset={asset} height={120} />
    case null:
      return null
  }
}
