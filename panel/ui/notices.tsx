import { Alert, Button, Center, Loader, Stack, Text } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import { type ReactNode, useCallback } from 'react'
import { useTranslation } from 'react-i18next'
import { Refusal } from '../transport.ts'
import { useFieldName } from './field-name.ts'
import { UsedByLink } from './used-by-link.tsx'

/** What to tell somebody of a failure: what happened, what is untouched, what to do. */
export const useErrorText = () => {
  const { t } = useTranslation()
  const fieldName = useFieldName()
  return useCallback(
    (error: unknown): string => {
      if (!(error instanceof Refusal)) return t('error.page')
      if (error.code === 'offline') return t('error.offline')
      if (error.code === 'unreadable') return t('error.unreadable')
      const fields = error.fields.map(({ field, message }) => `${fieldName(field)}: ${message}`)
      return [error.message, ...fields].join('\n')
    },
    [t, fieldName],
  )
}

export const ErrorNotice = ({ error, onRetry }: { error: unknown; onRetry?: () => void }) => {
  const { t } = useTranslation()
  const text = useErrorText()
  return (
    <Alert color="red" icon={<IconAlertTriangle />} title={t('error.title')} role="alert">
      <Text size="sm" style={{ whiteSpace: 'pre-line' }}>
        {text(error)}
      </Text>
      <UsedByLink error={error} />
      {onRetry && (
        <Button variant="default" size="xs" mt="sm" onClick={onRetry}>
          {t('error.retry')}
        </Button>
      )}
    </Alert>
  )
}

export const Loading = () => {
  const { t } = useTranslation()
  return (
    <Center py={80} role="status">
      <Stack align="center" gap="xs">
        <Loader type="dots" />
        <Text size="sm" c="dimmed">
          {t('loading')}
        </Text>
      </Stack>
    </Center>
  )
}

/** Nothing to show, and the next step. */
export const Empty = ({ icon, title, hint }: { icon: ReactNode; title: string; hint: string }) => (
  <Center py={64}>
    <Stack align="center" gap={6} maw={460}>
      <Text c="dimmed" component="span" aria-hidden>
        {icon}
      </Text>
      <Text fw={600}>{title}</Text>
      <Text size="sm" c="dimmed" ta="center">
        {hint}
      </Text>
    </Stack>
  </Center>
)
