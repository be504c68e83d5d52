import { Box, Center, Image } from '@mantine/core'
import { IconAlertTriangle, IconFileText, IconLoader2, IconPhoto } from '@tabler/icons-react'
import type { Asset } from '#protocol'
import { ClipPlayer } from './clip-player.tsx'
import { RelayAddress } from './relay-address.tsx'

const HEIGHT = 132

/** What an asset sounds or looks like, in the size of a card. */
export const AssetPreview = ({ asset }: { asset: Asset }) => {
  if (!asset.rendition) {
    return (
      <Center h={HEIGHT} bg="light-dark(#eef3f1, #1f2625)" c="dimmed">
        {asset.ingest.failure ? (
          <IconAlertTriangle size={28} aria-hidden />
        ) : (
          <IconLoader2 size={28} aria-hidden />
        )}
      </Center>
    )
  }
  if (asset.kind === 'clip') return <ClipPlayer asset={asset} height={HEIGHT} />
  if (asset.kind === 'bulletin') {
    return (
      <Center h={HEIGHT} bg="#0b2a4a" c="#ffd54a">
        <IconFileText size={44} stroke={1.4} aria-hidden />
      </Center>
    )
  }
  if (asset.kind === 'relay') return <RelayAddress asset={asset} height={HEIGHT} />
  // A picture that could not be drawn is none: nothing is asked of the server.
  if (asset.thumbnail === null) {
    return (
      <Center h={HEIGHT} bg="#000" c="#fff">
        <IconPhoto size={44} stroke={1.4} aria-hidden />
      </Center>
    )
  }
  return (
    <Box bg="#000">
      <Image src={`/media/${asset.thumbnail}`} alt="" h={HEIGHT} fit="contain" loading="lazy" />
    </Box>
  )
}
