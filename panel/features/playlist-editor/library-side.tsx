import { ActionIcon, Box, Group, Paper, Select, Stack, Text, TextInput, Title } from '@mantine/core'
import { IconPlus, IconSearch } from '@tabler/icons-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { type Asset, type Channel, channelOf } from '#protocol'
import { matches } from '../../ui/plain-text.ts'
import { ThemeChip } from '../../ui/theme-chip.tsx'
import { useAssets } from '../../ui/use-programme.ts'
import { useThemes } from '../../ui/use-themes.ts'
import { length } from '../../ui/when.ts'
import { ASSET_TYPE } from './drag-types.ts'
import { Listen } from './listen.tsx'

const SHOWN = 200

type Props = { channel: Channel; onAdd: (asset: Asset) => void }

/** What can be taken into a playlist: dragged, or added by its button. */
export const LibrarySide = ({ channel, onAdd }: Props) => {
  const { t } = useTranslation()
  const { data: assets = [] } = useAssets()
  const themes = useThemes()
  const [search, setSearch] = useState('')
  const [themeId, setThemeId] = useState<string | null>(null)
  const themeOf = new Map(themes.map((theme) => [theme.id, theme]))
  const shown = assets
    .filter(
      ({ kind, title, themeIds }) =>
        kind !== null &&
        channelOf(kind) === channel &&
        matches(title, search) &&
        (themeId === null || themeIds.some((id) => id === themeId)),
    )
    .slice(0, SHOWN)
  return (
    <Paper withBorder p="sm" component="aside" aria-label={t('playlists.library')}>
      <Stack gap="xs">
        <Title order={2} size="h5">
          {t('playlists.library')}
        </Title>
        <TextInput
          aria-label={t('playlists.librarySearch')}
          placeholder={t('playlists.librarySearch')}
          leftSection={<IconSearch size={16} aria-hidden />}
          value={search}
          onChange={(event) => setSearch(event.currentTarget.value)}
        />
        <Select
          aria-label={t('playlists.theme')}
          placeholder={t('playlists.anyTheme')}
          data={themes.map(({ id, code, name }) => ({ value: id, label: `${code} ${name}` }))}
          value={themeId}
          onChange={setThemeId}
          clearable
        />
        <Box mah="calc(100dvh - 330px)" style={{ overflowY: 'auto' }} tabIndex={0}>
          <Stack gap={0}>
            {shown.map((asset) => (
              <Group
                key={asset.id}
                gap={6}
                wrap="nowrap"
                py={5}
                draggable
                data-asset={asset.title}
                style={{
                  cursor: 'grab',
                  borderBottom: '1px solid var(--mantine-color-default-border)',
                }}
                onDragStart={(event) => {
                  event.dataTransfer.setData(ASSET_TYPE, asset.id)
                  event.dataTransfer.effectAllowed = 'copy'
                }}
              >
                <Box style={{ flex: 1, minWidth: 0 }}>
                  <Text size="sm" truncate title={asset.title}>
                    {asset.title}
                  </Text>
                  <Group gap={4} wrap="nowrap">
                    {asset.themeIds.map((id) => {
                      const theme = themeOf.get(id)
                      return theme && <ThemeChip key={id} code={theme.code} name={theme.name} />
                    })}
                    <Text size="xs" c="dimmed" className="figures" truncate>
                      {asset.rendition?.durationMs ? length(asset.rendition.durationMs) : ''}
                      {asset.approval.state === 'approved' ? '' : ` ${t('playlists.notApproved')}`}
                    </Text>
                  </Group>
                </Box>
                <Listen asset={asset} />
                <ActionIcon
                  variant="light"
                  aria-label={t('playlists.addItem', { title: asset.title })}
                  onClick={() => onAdd(asset)}
                >
                  <IconPlus size={16} />
                </ActionIcon>
              </Group>
            ))}
          </Stack>
        </Box>
      </Stack>
    </Paper>
  )
}
