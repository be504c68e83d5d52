import { Button, Stack } from '@mantine/core'
import { IconRefresh } from '@tabler/icons-react'
import { useMutation } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import type { Asset } from '#protocol'
import { api, queries } from '../../server.ts'
import { ErrorNotice } from '../../ui/notices.tsx'

/** Has the server process a file once more that it could not use. */
export const RetryButton = ({ asset }: { asset: Asset }) => {
  const { t } = useTranslation()
  const retry = useMutation({
    mutationFn: () => api.retryAsset(asset.id),
    onSettled: () => queries.invalidateQueries({ queryKey: ['assets'] }),
  })
  return (
    <Stack gap="xs">
      <Button
        variant="default"
        size="xs"
        leftSection={<IconRefresh size={16} />}
        loading={retry.isPending}
        onClick={() => retry.mutate()}
        aria-label={t('library.retryOf', { title: asset.title })}
        style={{ alignSelf: 'flex-start' }}
      >
        {t('library.retry')}
      </Button>
      {retry.error && <ErrorNotice error={retry.error} />}
    </Stack>
  )
}
