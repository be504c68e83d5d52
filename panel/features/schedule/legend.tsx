import { Box, Group, Text } from '@mantine/core'
import { useTranslation } from 'react-i18next'

const HATCH = (colour: string) =>
  `repeating-linear-gradient(45deg, ${colour} 0 2.5px, transparent 2.5px 6px)`

const SIGNS = {
  window: {
    background: 'light-dark(#fff, #262d2c)',
    border: '1px solid light-dark(#b9c3bf, #434b49)',
  },
  quiet: { backgroundImage: HATCH('light-dark(#9aa6a1, #59635f)') },
  overridden: { background: `${HATCH('rgb(255 255 255 / 65%)')}, #4a5560` },
  withheld: { background: '#4a5560', border: '2px dashed light-dark(#c27500, #f7b733)' },
  conflict: { background: `${HATCH('rgb(179 38 30 / 90%)')}, #4a5560` },
  draft: { background: 'radial-gradient(circle, #4a5560 2px, #fff 2.5px 4px, #4a5560 4.5px)' },
} as const

/** What the shapes of the grid mean. */
export const Legend = () => {
  const { t } = useTranslation()
  return (
    <Group gap="md" role="group" aria-label={t('schedule.legend.label')}>
      {(Object.keys(SIGNS) as (keyof typeof SIGNS)[]).map((sign) => (
        <Group key={sign} gap={6} wrap="nowrap">
          <Box w={18} h={12} style={{ borderRadius: 3, ...SIGNS[sign] }} aria-hidden />
          <Text size="xs" c="dimmed">
            {t(`schedule.legend.${sign}`)}
          </Text>
        </Group>
      ))}
    </Group>
  )
}
