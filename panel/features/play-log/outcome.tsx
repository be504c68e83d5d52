import { Group, Stack, Text } from '@mantine/core'
import { IconCircleCheck, IconCircleDashed, IconCircleX, IconPlugX } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import type { Outcome, Play } from '#protocol'

const LOOKS = {
  completed: { icon: IconCircleCheck, colour: 'light-dark(#0b6e58, #5cc7ab)' },
  partial: { icon: IconCircleDashed, colour: 'light-dark(#8a5a00, #f0b93a)' },
  interrupted: { icon: IconPlugX, colour: 'light-dark(#8a5a00, #f0b93a)' },
  failed: { icon: IconCircleX, colour: 'light-dark(#b3261e, #ff8a80)' },
} as const satisfies Record<Outcome, unknown>

/** How a play went: colour, shape, word, and why it was not whole. */
export const OutcomeMark = ({ play }: { play: Pick<Play, 'outcome' | 'cause'> }) => {
  const { t } = useTranslation()
  const { icon: Icon, colour } = LOOKS[play.outcome]
  return (
    <Group gap={6} wrap="nowrap" align="flex-start" c={colour}>
      <Icon size={17} aria-hidden style={{ flexShrink: 0, marginTop: 1 }} />
      <Stack gap={0}>
        <Text size="sm" fw={600}>
          {t(`playLog.outcomes.${play.outcome}`)}
        </Text>
        {play.cause && (
          <Text size="xs" c="dimmed">
            {t(`playLog.causes.${play.cause}`)}
          </Text>
        )}
      </Stack>
    </Group>
  )
}
