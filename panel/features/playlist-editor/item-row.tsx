import { ActionIcon, Box, Checkbox, Group, NumberInput, Popover, Stack, Text } from '@mantine/core'
import { IconBell, IconGripVertical, IconPlaylist, IconSettings, IconX } from '@tabler/icons-react'
import type { KeyboardEvent } from 'react'
import { useTranslation } from 'react-i18next'
import type { PlaylistItem } from '#protocol'
import { assetsIn, type Library } from '../../ui/playlist-length.ts'
import { ThemeChip } from '../../ui/theme-chip.tsx'
import { useThemes } from '../../ui/use-themes.ts'
import { length } from '../../ui/when.ts'
import { ITEM_TYPE } from './drag-types.ts'
import { Listen } from './listen.tsx'

type Props = {
  itemKey: string
  item: PlaylistItem
  index: number
  startsAfterMs: number
  library: Library
  isDropTarget: boolean
  onChange: (item: PlaylistItem) => void
  onRemove: () => void
  onMove: (step: -1 | 1) => void
}

/** One item of a playlist: its place, what it is, how long, and what can be set for it. */
export const ItemRow = (props: Props) => {
  const { itemKey, item, index, startsAfterMs, library, isDropTarget } = props
  const { onChange, onRemove, onMove } = props
  const { t } = useTranslation()
  const themes = useThemes()
  const round = assetsIn([item], library)
  const lengthMs = round.reduce((sum, { durationMs }) => sum + durationMs, 0)
  const asset = item.kind === 'asset' ? library.assets.get(item.assetId) : undefined
  const title =
    item.kind === 'asset'
      ? (asset?.title ?? t('playlists.missing'))
      : (library.playlists.get(item.playlistId)?.name ?? t('playlists.missing'))
  const ids = new Set(round.flatMap((one) => one.asset?.themeIds ?? []))
  const isStill = asset?.rendition?.durationMs == null && item.kind === 'asset'
  const chips = themes
    .filter(({ id }) => ids.has(id))
    .slice(0, 3)
    .map(({ id, code, name }) => <ThemeChip key={id} code={code} name={name} />)
  const keyDown = (event: KeyboardEvent) => {
    if (!event.altKey || (event.key !== 'ArrowUp' && event.key !== 'ArrowDown')) return
    event.preventDefault()
    onMove(event.key === 'ArrowUp' ? -1 : 1)
  }
  return (
    <Group
      component="li"
      gap={6}
      wrap="nowrap"
      py={6}
      px={4}
      data-item={itemKey}
      style={{
        borderTop: isDropTarget
          ? '3px solid light-dark(#0b6e58, #6cbca8)'
          : '1px solid var(--mantine-color-default-border)',
      }}
    >
      <ActionIcon
        variant="subtle"
        color="gray"
        draggable
        style={{ cursor: 'grab' }}
        aria-label={t('playlists.drag', { title })}
        data-grip={itemKey}
        onKeyDown={keyDown}
        onDragStart={(event: React.DragEvent) => {
          event.dataTransfer.setData(ITEM_TYPE, itemKey)
          event.dataTransfer.effectAllowed = 'move'
        }}
      >
        <IconGripVertical size={16} />
      </ActionIcon>
      <Text size="xs" c="dimmed" className="figures" w={44} ta="right" visibleFrom="sm">
        {length(startsAfterMs)}
      </Text>
      <Box style={{ flex: 1, minWidth: 0 }}>
        <Group gap={6} wrap="nowrap">
          {item.kind === 'playlist' && (
            <IconPlaylist size={15} aria-label={t('playlists.nested')} />
          )}
          {item.kind === 'asset' && item.chime && (
            <IconBell size={14} aria-label={t('playlists.chime')} />
          )}
          <Text size="sm" lineClamp={2} title={title}>
            {index + 1}. {title}
          </Text>
        </Group>
        {chips.length > 0 && (
          <Group gap={6} hiddenFrom="sm">
            {chips}
          </Group>
        )}
        {asset && asset.approval.state !== 'approved' && (
          <Text size="xs" c="light-dark(#8a4b00, #f0b93a)">
            {t('playlists.notApproved')}
          </Text>
        )}
      </Box>
      <Group gap={6} wrap="nowrap" visibleFrom="sm">
        {chips}
      </Group>
      <Text size="sm" className="figures" w={48} ta="right">
        {length(lengthMs)}
      </Text>
      {asset && <Listen asset={asset} />}
      <Popover withArrow shadow="md" position="bottom-end" width={250} trapFocus>
        <Popover.Target>
          <ActionIcon variant="subtle" color="gray" aria-label={t('playlists.settings', { title })}>
            <IconSettings size={16} />
          </ActionIcon>
        </Popover.Target>
        <Popover.Dropdown>
          <Stack gap="xs">
            {item.kind === 'playlist' && (
              <NumberInput
                label={t('playlists.take')}
                description={t('playlists.takeHint')}
                placeholder={t('playlists.takeAll')}
                min={1}
                max={1000}
                value={item.take ?? ''}
                onChange={(take) => onChange({ ...item, take: take === '' ? null : Number(take) })}
              />
            )}
            {item.kind === 'asset' && isStill && (
              <NumberInput
                label={t('playlists.slideSeconds')}
                min={1}
                max={21_600}
                value={(item.durationMs ?? 10_000) / 1000}
                onChange={(seconds) =>
                  onChange({ ...item, durationMs: Math.max(1, Number(seconds) || 10) * 1000 })
                }
              />
            )}
            {item.kind === 'asset' && asset?.kind === 'clip' && (
              <>
                <NumberInput
                  label={t('playlists.gain')}
                  min={-20}
                  max={14}
                  step={0.5}
                  value={item.gainDb}
                  onChange={(gain) => onChange({ ...item, gainDb: Number(gain) || 0 })}
                />
                <Checkbox
                  label={t('playlists.chime')}
                  checked={item.chime}
                  onChange={(event) => onChange({ ...item, chime: event.currentTarget.checked })}
                />
              </>
            )}
          </Stack>
        </Popover.Dropdown>
      </Popover>
      <ActionIcon
        variant="subtle"
        color="red"
        aria-label={t('playlists.removeItem', { title })}
        onClick={onRemove}
      >
        <IconX size={16} />
      </ActionIcon>
    </Group>
  )
}
