import { ActionIcon, Group, Paper, Progress, Stack, Text } from '@mantine/core'
import { IconAlertTriangleFilled, IconCheck, IconX } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { type Asset, ERRORS, type ErrorCode, errorText, type IngestStep } from '#protocol'
import { currentLang } from '../../i18n/index.ts'
import { api } from '../../server.ts'
import { useErrorText } from '../../ui/notices.tsx'
import type { Upload } from './use-uploads.ts'

const STEPS: readonly (IngestStep | 'upload')[] = [
  'upload',
  'inspect',
  'convert',
  'preview',
  'done',
]

/** Why the server could not use a file, in words. */
export const failureText = ({ ingest }: Asset): string | undefined => {
  if (!ingest.failure) return undefined
  const { code, detail } = ingest.failure
  if (!(code in ERRORS)) return code
  return errorText(code as ErrorCode, currentLang(), JSON.parse(detail) as Record<string, string>)
}

/** An upload: which step it is at and how far, or at which it failed and what to do. */
export const UploadRow = ({ upload, onDismiss }: { upload: Upload; onDismiss: () => void }) => {
  const { t } = useTranslation()
  const text = useErrorText()
  const { assetId } = upload
  const { data: asset } = useQuery({
    queryKey: ['assets', assetId],
    queryFn: () => api.asset(assetId as NonNullable<typeof assetId>),
    enabled: assetId !== null,
  })
  const step = asset?.ingest.step ?? 'upload'
  const share = asset ? asset.ingest.progress : upload.share
  const isDone = step === 'done'
  const failure = upload.error ? text(upload.error) : asset && failureText(asset)
  const position = (Math.max(0, STEPS.indexOf(step)) + (isDone ? 0 : share)) / (STEPS.length - 1)
  return (
    <Paper withBorder p="sm">
      <Stack gap={6}>
        <Group justify="space-between" wrap="nowrap">
          <Text size="sm" fw={600} truncate>
            {upload.name}
          </Text>
          <Group gap="xs" wrap="nowrap">
            {isDone && (
              <IconCheck size={18} color="var(--mantine-primary-color-filled)" aria-hidden />
            )}
            <Text size="xs" c="dimmed" style={{ whiteSpace: 'nowrap' }}>
              {failure
                ? t('library.failedAt', { step: t(`library.step.${step}`) })
                : t(`library.step.${step}`)}
            </Text>
            {(isDone || failure) && (
              <ActionIcon
                variant="subtle"
                color="gray"
                size="sm"
                onClick={onDismiss}
                aria-label={t('library.dismiss')}
              >
                <IconX size={16} />
              </ActionIcon>
            )}
          </Group>
        </Group>
        {failure ? (
          <Group
            gap={8}
            wrap="nowrap"
            align="flex-start"
            c="light-dark(#b3261e, #ff8a80)"
            role="alert"
          >
            <IconAlertTriangleFilled
              size={16}
              style={{ flexShrink: 0, marginTop: 2 }}
              aria-hidden
            />
            <Text size="sm">{failure}</Text>
          </Group>
        ) : (
          <Progress value={position * 100} animated={!isDone} aria-label={upload.name} />
        )}
      </Stack>
    </Paper>
  )
}
