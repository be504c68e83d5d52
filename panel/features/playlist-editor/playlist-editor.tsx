import { Button, Checkbox, Grid, Group, Paper, Select, Stack, Text, TextInput } from '@mantine/core'
import { useHotkeys } from '@mantine/hooks'
import { IconArrowBackUp, IconCalendarPlus, IconDeviceFloppy } from '@tabler/icons-react'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { AreaId, type Asset, Channel, type Playlist } from '#protocol'
import { BothVersions } from '../../ui/both-versions.tsx'
import { ErrorNotice } from '../../ui/notices.tsx'
import { lengthOf } from '../../ui/playlist-length.ts'
import { UnsavedGuard } from '../../ui/unsaved-guard.tsx'
import { useLibrary } from '../../ui/use-library.ts'
import { useAreas, useSchedules } from '../../ui/use-programme.ts'
import { WarnBadge } from '../../ui/warn-badge.tsx'
import { length } from '../../ui/when.ts'
import { ItemList } from './item-list.tsx'
import { LibrarySide } from './library-side.tsx'
import { RemovePlaylist } from './remove-playlist.tsx'
import {
  draftOfPlaylist,
  inputOfDraft,
  type PlaylistDraft,
  usePlaylistDraft,
} from './use-playlist-draft.ts'
import { useSavePlaylist } from './use-save-playlist.ts'
import { WindowFit } from './window-fit.tsx'

type Props = { playlist: Playlist | undefined; initial: PlaylistDraft }

/** A playlist beside the library: what is in it, in which order, and whether it fits its windows. */
export const PlaylistEditor = ({ playlist, initial }: Props) => {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const editing = usePlaylistDraft(initial)
  const [isTried, setTried] = useState(false)
  const { draft, isChanged } = editing
  const library = useLibrary()
  const { data: areas = [] } = useAreas()
  const { data: schedules = [] } = useSchedules()
  const items = draft.items.map(({ item }) => item)
  const lengthMs = lengthOf(items, library)
  const used = schedules.filter(({ playlistId }) => playlistId === playlist?.id)
  const saving = useSavePlaylist(playlist, (saved) => {
    editing.reset(draftOfPlaylist(saved))
    if (!playlist)
      void navigate({
        to: '/schedule/playlists/$id',
        params: { id: saved.id },
        replace: true,
        ignoreBlocker: true,
      })
  })
  useHotkeys([['mod+Z', editing.undo]])

  const addAsset = (asset: Asset, index?: number) => {
    const isStill = asset.rendition?.durationMs == null
    editing.insert(
      {
        kind: 'asset',
        assetId: asset.id,
        durationMs: isStill ? 10_000 : null,
        gainDb: 0,
        chime: false,
      },
      index,
    )
  }
  const names = (one: Pick<Playlist, 'items'>) =>
    one.items
      .map((item, index) => {
        const title =
          item.kind === 'asset'
            ? library.assets.get(item.assetId)?.title
            : library.playlists.get(item.playlistId)?.name
        return `${index + 1}. ${title ?? t('playlists.missing')}`
      })
      .join('\n')
  const differences = () => {
    const { theirs } = saving
    return [
      [t('playlists.name'), draft.name, theirs?.name ?? ''],
      [t('playlists.title'), names({ items }), theirs ? names(theirs) : ''],
      [t('playlists.shuffle'), draft.shuffle ? '✓' : '–', theirs?.shuffle ? '✓' : '–'],
    ] as const
  }
  const input = { ...inputOfDraft(draft), name: draft.name.trim() }
  const isNamed = input.name !== ''
  const isFilled = items.length > 0
  const save = () => {
    setTried(true)
    if (isNamed && isFilled) saving.save(input)
  }

  return (
    <Grid gap="md" mt="xs">
      <UnsavedGuard isChanged={isChanged} />
      <Grid.Col span={{ base: 12, md: 8 }}>
        <Paper withBorder p="sm">
          <Stack gap="sm">
            <Group align="flex-end" gap="sm">
              <TextInput
                label={t('playlists.name')}
                placeholder={t('playlists.newName')}
                maxLength={200}
                required
                error={isTried && !isNamed && t('playlists.needsName')}
                value={draft.name}
                onChange={(event) => editing.set({ name: event.currentTarget.value })}
                style={{ flex: 1, minWidth: 220 }}
              />
              <Select
                label={t('playlists.channel')}
                data={Channel.options.map((value) => ({
                  value,
                  label: t(`schedule.channel.${value}`),
                }))}
                value={draft.channel}
                disabled={draft.items.length > 0}
                allowDeselect={false}
                onChange={(channel) => editing.set({ channel: Channel.parse(channel) })}
                w={110}
              />
              <Select
                label={t('playlists.area')}
                data={areas.map(({ id, name, code }) => ({
                  value: id,
                  label: `${name} (${code})`,
                }))}
                value={draft.areaId}
                allowDeselect={false}
                searchable
                limit={60}
                onChange={(id) => id && editing.set({ areaId: AreaId.parse(id) })}
                w={240}
              />
            </Group>
            <Group justify="space-between">
              <Text fw={600} className="figures" data-total={lengthMs}>
                {t('playlists.items', { count: items.length })} ·{' '}
                {t('playlists.total', { length: length(lengthMs) })}
              </Text>
              <Checkbox
                label={t('playlists.shuffle')}
                description={t('playlists.shuffleHint')}
                checked={draft.shuffle}
                onChange={(event) => editing.set({ shuffle: event.currentTarget.checked })}
              />
            </Group>
            {used.length > 0 && <WindowFit schedules={used} lengthMs={lengthMs} />}
            <ItemList
              editing={editing}
              library={library}
              ownId={playlist?.id}
              onAddAsset={(id, index) => {
                const asset = library.assets.get(id)
                if (asset) addAsset(asset, index)
              }}
            />
            {saving.isStale && (
              <BothVersions
                rows={differences()}
                isRemoved={saving.theirs === undefined}
                onKeepMine={() => saving.keepMine(input)}
                onTakeTheirs={() => {
                  if (saving.theirs) editing.reset(draftOfPlaylist(saving.theirs))
                  saving.takeTheirs()
                }}
              />
            )}
            {saving.error && <ErrorNotice error={saving.error} />}
            {isTried && !isFilled && (
              <Text size="sm" c="light-dark(#b3261e, #ff8a80)" role="alert">
                {t('playlists.needsItems')}
              </Text>
            )}
            <Group>
              <Button
                leftSection={<IconDeviceFloppy size={18} />}
                loading={saving.isPending}
                disabled={playlist !== undefined && !isChanged}
                onClick={save}
              >
                {t('playlists.save')}
              </Button>
              <Button
                variant="default"
                leftSection={<IconArrowBackUp size={18} />}
                disabled={!editing.canUndo}
                onClick={editing.undo}
              >
                {t('playlists.undo')}
              </Button>
              {isChanged && <WarnBadge>{t('playlists.unsaved')}</WarnBadge>}
              {playlist && (
                <Group gap="xs" ml="auto">
                  <Button
                    variant="light"
                    leftSection={<IconCalendarPlus size={18} />}
                    onClick={() =>
                      void navigate({
                        to: '/schedule',
                        search: { edit: 'new', playlistId: playlist.id } as never,
                      })
                    }
                  >
                    {t('playlists.schedule')}
                  </Button>
                  <RemovePlaylist playlist={playlist} />
                </Group>
              )}
            </Group>
          </Stack>
        </Paper>
      </Grid.Col>
      <Grid.Col span={{ base: 12, md: 4 }}>
        <LibrarySide channel={draft.channel} onAdd={addAsset} />
      </Grid.Col>
    </Grid>
  )
}
