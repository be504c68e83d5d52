import { Center, Stack, Text } from '@mantine/core'
import { IconBroadcast } from '@tabler/icons-react'
import type { Asset } from '#protocol'

/** A stream has no bytes of its own to be seen or heard before: its address is what is approved. */
export const RelayAddress = ({ asset, height }: { asset: Asset; height: number }) => (
  <Center h={height} px="sm" bg="light-dark(#eef3f1, #1f2625)" style={{ borderRadius: 8 }}>
    <Stack gap={6} align="center" maw="100%">
      <IconBroadcast size={36} stroke={1.4} aria-hidden />
      <Text size="xs" ta="center" lineClamp={3} style={{ overflowWrap: 'anywhere' }}>
        {asset.relay?.url}
      </Text>
    </Stack>
  </Center>
)
