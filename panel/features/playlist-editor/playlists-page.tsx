import { Button, Group, Paper, SimpleGrid, Stack, Text, TextInput, Title } from '@mantine/core'
import { IconPlaylist, IconPlus, IconSearch } from '@tabler/icons-react'
import { getRouteApi, Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import type { Playlist } from '#protocol'
import { Empty, ErrorNotice, Loading } from '../../ui/notices.tsx'
import { matches } from '../../ui/plain-text.ts'
import { assetsIn } from '../../ui/playlist-length.ts'
import { ThemeChip } from '../../ui/theme-chip.tsx'
import { useLibrary } from '../../ui/use-library.ts'
import { usePlaylists, useSchedules } from '../../ui/use-programme.ts'
import { useThemes } from '../../ui/use-themes.ts'
import { length } from '../../ui/when.ts'

const route = getRouteApi('/schedule/playlists')

/** All playlists, with what is in them and where they are used. */
export const PlaylistsPage = () => {
  const { t } = useTranslation()
  const { search = '' } = route.useSearch() as { search?: string }
  const navigate = route.useNavigate()
  const { data, error, isPending, refetch } = usePlaylists()
  const shown = (data ?? []).filter(({ name }) => matches(name, search))
  const add = (
    <Button
      leftSection={<IconPlus size={18} />}
      renderRoot={(props) => (
        <Link {...props} to="/schedule/playlists/$id" params={{ id: 'new' }} />
      )}
    >
      {t('playlists.add')}
    </Button>
  )
  return (
    <Stack>
      <Group>
        <TextInput
          aria-label={t('playlists.search')}
          placeholder={t('playlists.search')}
          leftSection={<IconSearch size={16} aria-hidden />}
          value={search}
          onChange={(event) =>
            void navigate({
              search: { search: event.currentTarget.value || undefined } as never,
              replace: true,
            })
          }
          w={{ base: '100%', xs: 320 }}
        />
        {add}
      </Group>
      {isPending && <Loading />}
      {error && <ErrorNotice error={error} onRetry={() => void refetch()} />}
      {data?.length === 0 && (
        <Empty
          icon={<IconPlaylist size={40} stroke={1.5} />}
          title={t('playlists.empty')}
          hint={t('playlists.emptyHint')}
        />
      )}
      <SimpleGrid cols={{ base: 1, sm: 2, lg: 3 }} spacing="sm">
        {shown.map((playlist) => (
          <PlaylistCard key={playlist.id} playlist={playlist} />
        ))}
      </SimpleGrid>
    </Stack>
  )
}

const PlaylistCard = ({ playlist }: { playlist: Playlist }) => {
  const { t } = useTranslation()
  const library = useLibrary()
  const themes = useThemes()
  const { data: schedules = [] } = useSchedules()
  const round = assetsIn(playlist.items, library)
  const ids = new Set(round.flatMap(({ asset }) => asset?.themeIds ?? []))
  const used = schedules.filter(
    ({ playlistId, fillPlaylistId }) =>
      playlistId === playlist.id || fillPlaylistId === playlist.id,
  ).length
  return (
    <Paper
      withBorder
      p="sm"
      style={{ textDecoration: 'none', color: 'inherit' }}
      renderRoot={(props) => (
        <Link {...props} to="/schedule/playlists/$id" params={{ id: playlist.id }} />
      )}
    >
      <Stack gap={6}>
        <Title order={2} size="h5">
          {playlist.name}
        </Title>
        <Text size="sm" c="dimmed" className="figures">
          {t(`schedule.channel.${playlist.channel}`)} ·{' '}
          {t('playlists.items', { count: playlist.items.length })} ·{' '}
          {length(round.reduce((sum, { durationMs }) => sum + durationMs, 0))}
        </Text>
        <Group gap={4}>
          {themes
            .filter(({ id }) => ids.has(id))
            .map(({ id, code, name }) => (
              <ThemeChip key={id} code={code} name={name} />
            ))}
        </Group>
        <Text size="sm">
          {used > 0 ? t('playlists.used', { count: used }) : t('playlists.unused')}
        </Text>
      </Stack>
    </Paper>
  )
}
