import { Button, Code, Divider, Group, Stack, Text, Title } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { IconTrash } from '@tabler/icons-react'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Asset, AssetId, Theme } from '#protocol'
import { api, queries } from '../../server.ts'
import { Facts } from '../../ui/facts.tsx'
import { ErrorNotice, Loading } from '../../ui/notices.tsx'
import { SideDrawer } from '../../ui/side-drawer.tsx'
import { dateTime, HOME_ZONE, length } from '../../ui/when.ts'
import { ApprovalBadge } from './approval-badge.tsx'
import { AssetForm } from './asset-form.tsx'
import { AssetPlayer } from './asset-player.tsx'
import { RetryButton } from './retry-button.tsx'
import { failureText } from './upload-row.tsx'
import { VerdictButtons } from './verdict.tsx'

const size = (bytes: number): string =>
  bytes < 1_000_000 ? `${Math.ceil(bytes / 1000)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`

/** What came in, beside what will go out. */
const WasAndIs = ({ asset }: { asset: Asset }) => {
  const { t } = useTranslation()
  const { rendition, original, approval } = asset
  const at = (name: string | null, time: number | null) =>
    name && time ? t('library.by', { name, time: dateTime(time, HOME_ZONE) }) : '–'
  return (
    <Stack gap="md">
      <Stack gap={4}>
        <Title order={3} size="h5">
          {t('library.was')}
        </Title>
        <Facts
          rows={[
            [t('library.name'), original.name],
            [t('library.size'), size(original.bytes)],
            [t('library.uploadedBy'), at(asset.createdBy, asset.createdAt)],
          ]}
        />
      </Stack>
      {rendition && (
        <Stack gap={4}>
          <Title order={3} size="h5">
            {t('library.is')}
          </Title>
          <Facts
            rows={[
              ...(rendition.durationMs
                ? [[t('library.duration'), length(rendition.durationMs)] as const]
                : []),
              ...(rendition.loudnessLufs !== null
                ? [
                    [
                      t('library.loudness'),
                      t('library.loudnessValue', {
                        lufs: rendition.loudnessLufs,
                        peak: rendition.truePeakDbtp,
                      }),
                    ] as const,
                  ]
                : []),
              ...(rendition.width
                ? [[t('library.dimensions'), `${rendition.width} × ${rendition.height}`] as const]
                : []),
              [t('library.size'), size(rendition.bytes)],
              [t('library.hash'), <Code key="hash">{rendition.sha256}</Code>],
              [t('library.approvedBy'), at(approval.by, approval.at)],
              ...(approval.note ? [[t('library.note'), approval.note] as const] : []),
            ]}
          />
        </Stack>
      )}
    </Stack>
  )
}

const Remove = ({ asset, onRemoved }: { asset: Asset; onRemoved: () => void }) => {
  const { t } = useTranslation()
  const [isAsked, setAsked] = useState(false)
  const remove = useMutation({
    mutationFn: () => api.removeAsset(asset.id),
    onSuccess: async () => {
      onRemoved()
      queries.removeQueries({ queryKey: ['assets', asset.id] })
      await queries.invalidateQueries({ queryKey: ['assets'] })
      notifications.show({ message: t('library.removed', { title: asset.title }) })
    },
  })
  return (
    <Stack gap="xs">
      {isAsked ? (
        <Group>
          <Text size="sm">{t('library.confirmRemove', { title: asset.title })}</Text>
          <Button color="red" size="xs" loading={remove.isPending} onClick={() => remove.mutate()}>
            {t('library.remove')}
          </Button>
          <Button variant="default" size="xs" onClick={() => setAsked(false)}>
            {t('library.cancel')}
          </Button>
        </Group>
      ) : (
        <Button
          variant="subtle"
          color="red"
          size="xs"
          leftSection={<IconTrash size={16} />}
          onClick={() => setAsked(true)}
          style={{ alignSelf: 'flex-start' }}
        >
          {t('library.remove')}
        </Button>
      )}
      {remove.error && <ErrorNotice error={remove.error} />}
    </Stack>
  )
}

type Props = { id: AssetId | undefined; themes: readonly Theme[]; onClose: () => void }

export const AssetDrawer = ({ id, themes, onClose }: Props) => {
  const { t } = useTranslation()
  const { data: asset, error } = useQuery({
    queryKey: ['assets', id],
    queryFn: () => api.asset(id as AssetId),
    enabled: id !== undefined,
  })
  const failure = asset && failureText(asset)
  return (
    <SideDrawer isOpen={id !== undefined} title={t('library.details')} size="lg" onClose={onClose}>
      {error && <ErrorNotice error={error} />}
      {!asset && !error && <Loading />}
      {asset && (
        <Stack gap="lg">
          <Group justify="space-between" wrap="nowrap" align="flex-start">
            <Title order={2} size="h4">
              {asset.title}
            </Title>
            <ApprovalBadge state={asset.approval.state} />
          </Group>
          {failure && (
            <Stack gap="xs">
              <Text size="sm" c="light-dark(#b3261e, #ff8a80)" role="alert">
                {failure}
              </Text>
              <RetryButton asset={asset} />
            </Stack>
          )}
          <AssetPlayer asset={asset} />
          <VerdictButtons asset={asset} />
          <WasAndIs asset={asset} />
          <Divider />
          <AssetForm key={`${asset.id} ${asset.approval.state}`} asset={asset} themes={themes} />
          <Remove asset={asset} onRemoved={onClose} />
        </Stack>
      )}
    </SideDrawer>
  )
}
