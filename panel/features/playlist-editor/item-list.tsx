import { Box, Center, Select, Text, VisuallyHidden } from '@mantine/core'
import { IconPlaylistAdd } from '@tabler/icons-react'
import { type DragEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { PlaylistId } from '#protocol'
import { type Library, lengthOf } from '../../ui/playlist-length.ts'
import { ASSET_TYPE, ITEM_TYPE } from './drag-types.ts'
import { ItemRow } from './item-row.tsx'
import type { PlaylistEditing } from './use-playlist-draft.ts'

type Props = {
  editing: PlaylistEditing
  library: Library
  ownId: string | undefined
  onAddAsset: (assetId: string, index?: number) => void
}

/** The items in their order: dragged in, dragged about, or moved by keyboard. */
export const ItemList = ({ editing, library, ownId, onAddAsset }: Props) => {
  const { t } = useTranslation()
  const { draft } = editing
  const [target, setTarget] = useState<number>()
  const [said, setSaid] = useState('')
  const total = draft.items.length

  const indexUnder = (event: DragEvent): number => {
    const row = (event.target as HTMLElement).closest<HTMLElement>('[data-item]')
    if (!row) return total
    const index = draft.items.findIndex(({ key }) => key === row.dataset.item)
    const { top, height } = row.getBoundingClientRect()
    return event.clientY > top + height / 2 ? index + 1 : index
  }
  const over = (event: DragEvent) => {
    event.preventDefault()
    setTarget(indexUnder(event))
  }
  const drop = (event: DragEvent) => {
    event.preventDefault()
    const index = indexUnder(event)
    setTarget(undefined)
    const assetId = event.dataTransfer.getData(ASSET_TYPE)
    const key = event.dataTransfer.getData(ITEM_TYPE)
    if (assetId) onAddAsset(assetId, index)
    else if (key) editing.move(key, index)
  }
  const step = (key: string, index: number, by: -1 | 1) => {
    const to = index + by
    if (to < 0 || to >= total) return
    editing.move(key, by > 0 ? to + 1 : to)
    const entry = draft.items[index]?.item
    const title =
      entry?.kind === 'asset'
        ? library.assets.get(entry.assetId)?.title
        : entry && library.playlists.get(entry.playlistId)?.name
    setSaid(t('playlists.moved', { title, position: to + 1, total }))
    requestAnimationFrame(() =>
      document.querySelector<HTMLElement>(`[data-grip="${key}"]`)?.focus(),
    )
  }

  const others = [...library.playlists.values()].filter(
    ({ id, channel }) => id !== ownId && channel === draft.channel,
  )
  let startsAfterMs = 0
  return (
    <Box
      onDragOver={over}
      onDragLeave={() => setTarget(undefined)}
      onDrop={drop}
      mih={160}
      data-droplist
    >
      <VisuallyHidden aria-live="assertive">{said}</VisuallyHidden>
      {total === 0 && (
        <Center
          mih={140}
          style={{ border: '2px dashed var(--mantine-color-default-border)', borderRadius: 8 }}
        >
          <Text size="sm" c="dimmed">
            {t('playlists.dropHere')}
          </Text>
        </Center>
      )}
      {total > 0 && (
        <Box
          component="ol"
          aria-label={t('playlists.order')}
          style={{ listStyle: 'none', margin: 0, padding: 0 }}
        >
          {draft.items.map(({ key, item }, index) => {
            const startsAt = startsAfterMs
            startsAfterMs += lengthOf([item], library)
            return (
              <ItemRow
                key={key}
                itemKey={key}
                item={item}
                index={index}
                startsAfterMs={startsAt}
                library={library}
                isDropTarget={target === index}
                onChange={(next) => editing.replaceItem(key, next)}
                onRemove={() => editing.remove(key)}
                onMove={(by) => step(key, index, by)}
              />
            )
          })}
        </Box>
      )}
      {others.length > 0 && (
        <Select
          mt="sm"
          size="sm"
          maw={420}
          aria-label={t('playlists.addNested')}
          placeholder={t('playlists.addNested')}
          leftSection={<IconPlaylistAdd size={16} aria-hidden />}
          searchable
          value={null}
          data={others.map(({ id, name }) => ({ value: id, label: name }))}
          onChange={(id) =>
            id && editing.insert({ kind: 'playlist', playlistId: PlaylistId.parse(id), take: null })
          }
        />
      )}
    </Box>
  )
}
