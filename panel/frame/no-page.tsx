import { Stack, Text, Title } from '@mantine/core'
import { useTranslation } from 'react-i18next'

/** What an address leads to that is none of ours. */
export const NoPage = () => {
  const { t } = useTranslation()
  return (
    <Stack align="center" gap={6} py={64}>
      <Title order={1} size="h3">
        {t('frame.noPage')}
      </Title>
      <Text c="dimmed" ta="center">
        {t('frame.noPageHint')}
      </Text>
    </Stack>
  )
}
