import { Box, Group, Paper, Stack, Text, UnstyledButton } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import type { Asset, Theme } from '#protocol'
import { ThemeChip } from '../../ui/theme-chip.tsx'
import { length } from '../../ui/when.ts'
import { ApprovalBadge } from './approval-badge.tsx'
import { AssetPreview } from './asset-preview.tsx'
import { RetryButton } from './retry-button.tsx'
import { failureText } from './upload-row.tsx'

type Props = { asset: Asset; themes: ReadonlyMap<string, Theme>; onOpen: () => void }

export const AssetCard = ({ asset, themes, onOpen }: Props) => {
  const { t } = useTranslation()
  const duration = asset.rendition?.durationMs
  const failure = failureText(asset)
  return (
    <Paper withBorder style={{ overflow: 'hidden' }} component="article">
      <AssetPreview asset={asset} />
      <UnstyledButton
        onClick={onOpen}
        p="sm"
        w="100%"
        aria-label={t('library.open', { title: asset.title })}
      >
        <Stack gap={8}>
          <Text size="sm" fw={600} lineClamp={2} mih={40} style={{ lineHeight: 1.35 }}>
            {asset.title}
          </Text>
          {failure && (
            <Text size="xs" c="light-dark(#b3261e, #ff8a80)" lineClamp={2}>
              {failure}
            </Text>
          )}
          <Group justify="space-between" gap={6} wrap="nowrap">
            <Group gap={6} wrap="nowrap">
              {asset.themeIds.map((id) => {
                const theme = themes.get(id)
                return theme && <ThemeChip key={id} code={theme.code} name={theme.name} />
              })}
              <Text size="xs" c="dimmed" className="figures" style={{ whiteSpace: 'nowrap' }}>
                {t(`library.kind.${failure ? 'failed' : (asset.kind ?? 'none')}`)}
                {duration ? ` · ${length(duration)}` : ''}
              </Text>
            </Group>
            <ApprovalBadge state={asset.approval.state} />
          </Group>
        </Stack>
      </UnstyledButton>
      {failure && (
        <Box px="sm" pb="sm">
          <RetryButton asset={asset} />
        </Box>
      )}
    </Paper>
  )
}
