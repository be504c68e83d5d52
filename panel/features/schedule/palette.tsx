import { ActionIcon, Box, Button, Group, Paper, Stack, Text, TextInput } from '@mantine/core'
import { IconCalendarPlus, IconGripVertical, IconSearch, IconWand } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { type PointerEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Playlist, TargetState } from '#protocol'
import { matches } from '../../ui/plain-text.ts'
import { assetsIn, type Library, lengthOf, windowFor } from '../../ui/playlist-length.ts'
import { ThemeChip } from '../../ui/theme-chip.tsx'
import { useLibrary } from '../../ui/use-library.ts'
import { useThemes } from '../../ui/use-themes.ts'
import { length } from '../../ui/when.ts'
import type { DragSource } from './grid/drag-store.ts'

type Props = {
  targets: readonly TargetState[]
  isReadOnly: boolean
  onDrag: (source: DragSource, event: PointerEvent) => void
  onUse: (playlist: Playlist) => void
}

const sourceOf = (playlist: Playlist, library: Library): DragSource => ({
  mode: 'palette',
  item: {
    playlistId: playlist.id,
    name: playlist.name,
    channel: playlist.channel,
    lengthMs: windowFor(lengthOf(playlist.items, library)),
  },
})

const ROW_STYLE = { cursor: 'grab', touchAction: 'none', userSelect: 'none' } as const

/** What can be dragged onto the grid: playlists, and themes that are short of their target. */
export const Palette = ({ targets, isReadOnly, onDrag, onUse }: Props) => {
  const { t } = useTranslation()
  const [search, setSearch] = useState('')
  const library = useLibrary()
  const themes = useThemes()
  const codeOf = new Map(themes.map(({ id, code }) => [id, code]))
  const playlists = [...library.playlists.values()]
  const shown = playlists.filter(({ name }) => matches(name, search))
  const short = targets.filter(({ devicesShort }) => devicesShort > 0)
  const listFor = (target: TargetState) =>
    playlists.find(({ items }) =>
      assetsIn(items, library).some(({ asset }) => asset?.themeIds.includes(target.theme.id)),
    )
  return (
    <Paper
      withBorder
      p="sm"
      w={264}
      h="100%"
      component="aside"
      aria-label={t('schedule.palette.title')}
    >
      <Stack gap="xs" h="100%">
        <Text fw={600}>{t('schedule.palette.title')}</Text>
        {short.length > 0 && (
          <Stack gap={4}>
            <Text size="sm" c="dimmed">
              {t('schedule.palette.themes')}
            </Text>
            {short.map((target) => {
              const playlist = listFor(target)
              const { theme, per, asked, planned } = target
              const missing = Math.max(0, Math.ceil(asked - planned))
              return (
                <Group
                  key={`${theme.id} ${per}`}
                  gap={6}
                  wrap="nowrap"
                  style={playlist ? ROW_STYLE : undefined}
                  title={
                    playlist
                      ? t('schedule.palette.themeHint')
                      : t('schedule.palette.noListFor', { code: theme.code })
                  }
                  onPointerDown={(event) => {
                    if (!(event.target as HTMLElement).closest('a') && playlist)
                      onDrag(sourceOf(playlist, library), event)
                  }}
                >
                  <IconGripVertical size={14} aria-hidden opacity={playlist ? 0.6 : 0.15} />
                  <ThemeChip code={theme.code} name={theme.name} />
                  <Text size="sm" className="figures" style={{ flex: 1 }}>
                    {per === 'plays'
                      ? t('schedule.palette.short', { count: missing })
                      : t('schedule.palette.shortMinutes', { count: missing })}
                  </Text>
                  <ActionIcon
                    variant="subtle"
                    size="sm"
                    renderRoot={(props) => (
                      <Link
                        {...props}
                        to="/campaigns/$id"
                        params={{ id: target.campaignId }}
                        search={{ tab: 'planner' } as never}
                      />
                    )}
                    aria-label={t('schedule.palette.plan', { code: theme.code })}
                  >
                    <IconWand size={16} />
                  </ActionIcon>
                </Group>
              )
            })}
          </Stack>
        )}
        <Text size="sm" c="dimmed">
          {t('schedule.palette.playlists')}
        </Text>
        {playlists.length > 5 && (
          <TextInput
            size="xs"
            aria-label={t('schedule.palette.search')}
            placeholder={t('schedule.palette.search')}
            leftSection={<IconSearch size={14} aria-hidden />}
            value={search}
            onChange={(event) => setSearch(event.currentTarget.value)}
          />
        )}
        {playlists.length === 0 && (
          <Stack gap={6} align="flex-start">
            <Text size="sm">{t('schedule.palette.empty')}</Text>
            <Button
              size="xs"
              variant="light"
              renderRoot={(props) => <Link {...props} to="/schedule/playlists" />}
            >
              {t('schedule.palette.create')}
            </Button>
          </Stack>
        )}
        <Box style={{ flex: 1, minHeight: 0, overflowY: 'auto' }} tabIndex={0}>
          <Stack gap={2}>
            {shown.map((playlist) => {
              const round = assetsIn(playlist.items, library)
              const codes = new Set(
                round.flatMap(({ asset }) => asset?.themeIds.map((id) => codeOf.get(id)) ?? []),
              )
              return (
                <Group
                  key={playlist.id}
                  gap={6}
                  wrap="nowrap"
                  py={6}
                  style={isReadOnly ? undefined : ROW_STYLE}
                  data-palette={playlist.name}
                  onPointerDown={(event) => {
                    if (!(event.target as HTMLElement).closest('button'))
                      onDrag(sourceOf(playlist, library), event)
                  }}
                >
                  <IconGripVertical size={14} aria-hidden opacity={0.6} style={{ flex: 'none' }} />
                  <Box style={{ flex: 1, minWidth: 0 }}>
                    <Text size="sm" fw={500} truncate title={playlist.name}>
                      {playlist.name}
                    </Text>
                    <Group gap={4}>
                      <Text size="xs" c="dimmed" className="figures">
                        {t(`schedule.channel.${playlist.channel}`)} ·{' '}
                        {length(round.reduce((sum, { durationMs }) => sum + durationMs, 0))}
                      </Text>
                      {[...codes]
                        .filter((code) => code !== undefined)
                        .slice(0, 4)
                        .map((code) => (
                          <ThemeChip key={code} code={code} />
                        ))}
                    </Group>
                  </Box>
                  <ActionIcon
                    variant="subtle"
                    disabled={isReadOnly}
                    aria-label={t('schedule.palette.use', { name: playlist.name })}
                    onClick={() => onUse(playlist)}
                  >
                    <IconCalendarPlus size={17} />
                  </ActionIcon>
                </Group>
              )
            })}
          </Stack>
        </Box>
      </Stack>
    </Paper>
  )
}
