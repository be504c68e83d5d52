import { Alert, Button, Stack, Table, Text } from '@mantine/core'
import { IconUsers } from '@tabler/icons-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Asset, Theme } from '#protocol'
import { useAssetWords } from './asset-words.ts'

/** The version of an asset that somebody reads: one that comes while he reads is not his reading. */
export const useReading = (asset: Asset) => {
  const [read, accept] = useState(asset)
  // Another asset, or the same that could not be judged yet: nothing was read of it.
  const isOther = read.id !== asset.id || (read.rendition === null && asset.rendition !== null)
  if (isOther) accept(asset)
  return { read: isOther ? asset : read, accept }
}

type Props = { read: Asset; present: Asset; themes: readonly Theme[]; onAccept: () => void }

/** What is another than it was when it was read: to be looked at before a verdict. */
export const WhatChanged = ({ read, present, themes, onAccept }: Props) => {
  const { t } = useTranslation()
  const words = useAssetWords(themes)
  const state = (asset: Asset) => t(`library.approval.${asset.approval.state}`)
  const after = new Map(words(present))
  const rows = [
    ...words(read).map(([field, old]) => [field, old, after.get(field) ?? ''] as const),
    [t('library.filter.state'), state(read), state(present)] as const,
    ['SHA-256', read.rendition?.sha256 ?? '', present.rendition?.sha256 ?? ''] as const,
  ].filter(([, old, fresh]) => old !== fresh)
  return (
    <Alert color="orange" icon={<IconUsers />} role="alert">
      <Stack gap="sm">
        <Text size="sm" fw={600}>
          {t('approval.changed')}
        </Text>
        <Table withTableBorder verticalSpacing={4}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t('scheduleForm.stale.field')}</Table.Th>
              <Table.Th>{t('approval.read')}</Table.Th>
              <Table.Th>{t('approval.present')}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {rows.map(([field, old, fresh]) => (
              <Table.Tr key={field}>
                <Table.Td>{field}</Table.Td>
                <Table.Td style={{ whiteSpace: 'pre-line' }}>{old || '–'}</Table.Td>
                <Table.Td style={{ whiteSpace: 'pre-line' }}>{fresh || '–'}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
        <Button size="xs" onClick={onAccept} style={{ alignSelf: 'flex-start' }}>
          {t('approval.seen')}
        </Button>
      </Stack>
    </Alert>
  )
}
