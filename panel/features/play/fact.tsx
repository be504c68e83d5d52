import { Group, Paper, Stack, Text } from '@mantine/core'
import { IconCircleCheck, IconCircleX, IconHelpCircle } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'

export type Mark = 'yes' | 'no' | 'unknown'
const LOOKS = {
  yes: { icon: IconCircleCheck, colour: 'light-dark(#0b6e58, #5cc7ab)' },
  no: { icon: IconCircleX, colour: 'light-dark(#b3261e, #ff8a80)' },
  unknown: { icon: IconHelpCircle, colour: 'light-dark(#8a5a00, #f0b93a)' },
} as const

/** One reason to believe a play: a tick, a cross, or a question mark, and why. */
export const Fact = (props: { mark: Mark; title: string; children: ReactNode }) => {
  const { t } = useTranslation()
  const { icon: Icon, colour } = LOOKS[props.mark]
  return (
    <Paper withBorder p="sm">
      <Group gap="sm" wrap="nowrap" align="flex-start">
        <Icon
          size={26}
          color={colour}
          aria-label={t(`reports.play.marks.${props.mark}`)}
          role="img"
          style={{ flexShrink: 0 }}
        />
        <Stack gap={4} style={{ minWidth: 0, flex: 1 }}>
          <Text fw={600}>{props.title}</Text>
          {props.children}
        </Stack>
      </Group>
    </Paper>
  )
}
