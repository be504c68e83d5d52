import { Button, Divider, Group, Stack, Text, Title } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { IconTrash } from '@tabler/icons-react'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Asset, AssetId, Theme } from '#protocol'
import { api, queries } from '../../server.ts'
import { ErrorNotice, Loading } from '../../ui/notices.tsx'
import { SideDrawer } from '../../ui/side-drawer.tsx'
import { UnsavedGuard } from '../../ui/unsaved-guard.tsx'
import { ApprovalBadge } from './approval-badge.tsx'
import { AssetForm } from './asset-form.tsx'
import { AssetPlayer } from './asset-player.tsx'
import { RetryButton } from './retry-button.tsx'
import { failureText } from './upload-row.tsx'
import { useSaveAsset } from './use-save-asset.ts'
import { type Asked, VerdictButtons } from './verdict.tsx'
import { WasAndIs } from './was-and-is.tsx'
import { useReading } from './what-changed.tsx'

const Remove = ({ asset, onRemoved }: { asset: Asset; onRemoved: () => void }) => {
  const { t } = useTranslation()
  const [isAsked, setAsked] = useState(false)
  const remove = useMutation({
    mutationFn: () => api.removeAsset(asset.id, asset.version),
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

type DetailsProps = { asset: Asset; themes: readonly Theme[]; onRemoved: () => void }

const Details = ({ asset, themes, onRemoved }: DetailsProps) => {
  const { read, accept } = useReading(asset)
  const editing = useSaveAsset(asset, accept)
  const [asked, setAsked] = useState<Asked>(null)
  const failure = failureText(asset)
  return (
    <Stack gap="lg">
      <UnsavedGuard
        isChanged={editing.isChanged || (asked !== null && asked.note.trim() !== '')}
        part="asset"
      />
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
      <VerdictButtons
        {...{ asset, read, themes, asked }}
        isEdited={editing.isChanged}
        onAsk={setAsked}
        onRead={accept}
      />
      <WasAndIs asset={asset} />
      <Divider />
      <AssetForm asset={asset} themes={themes} editing={editing} />
      <Remove asset={asset} onRemoved={onRemoved} />
    </Stack>
  )
}

type Props = {
  id: AssetId | undefined
  themes: readonly Theme[]
  onClose: () => void
  /** The asset is gone: there is nothing left to ask about. */
  onRemoved: () => void
}

export const AssetDrawer = ({ id, themes, onClose, onRemoved }: Props) => {
  const { t } = useTranslation()
  const { data: asset, error } = useQuery({
    queryKey: ['assets', id],
    queryFn: () => api.asset(id as AssetId),
    enabled: id !== undefined,
  })
  return (
    <SideDrawer isOpen={id !== undefined} title={t('library.details')} size="lg" onClose={onClose}>
      {error && <ErrorNotice error={error} />}
      {!asset && !error && <Loading />}
      {asset && <Details key={asset.id} asset={asset} themes={themes} onRemoved={onRemoved} />}
    </SideDrawer>
  )
}
