import { Button, Group, Popover, Stack, Text } from '@mantine/core'
import { IconTrash } from '@tabler/icons-react'
import { useMutation } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Playlist } from '#protocol'
import { api } from '../../server.ts'
import { ErrorNotice } from '../../ui/notices.tsx'
import { rememberStep } from '../../ui/undo.ts'
import { programmeChanged } from '../../ui/use-programme.ts'
import { useUndo } from '../../ui/use-undo.tsx'

export const RemovePlaylist = ({ playlist }: { playlist: Playlist }) => {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const { offer } = useUndo()
  const [isOpen, setOpen] = useState(false)
  const remove = useMutation({
    mutationFn: () => api.removePlaylist(playlist.id, playlist.version),
    onSuccess: async () => {
      const { id: _, version: __, ...input } = playlist
      const what = t('schedule.undo.removed', { name: playlist.name })
      rememberStep({ what, takeBack: async () => void (await api.addPlaylist(input)) })
      offer(t('schedule.undo.done', { what }))
      await navigate({ to: '/schedule/playlists', ignoreBlocker: true })
      await programmeChanged()
    },
  })
  return (
    <Popover opened={isOpen} onChange={setOpen} withArrow shadow="md" trapFocus>
      <Popover.Target>
        <Button
          variant="subtle"
          color="red"
          leftSection={<IconTrash size={16} />}
          onClick={() => setOpen(true)}
        >
          {t('playlists.remove')}
        </Button>
      </Popover.Target>
      <Popover.Dropdown maw={340}>
        <Stack gap="xs">
          <Text size="sm">{t('playlists.removeAsk', { name: playlist.name })}</Text>
          {remove.error && <ErrorNotice error={remove.error} />}
          <Group gap="xs">
            <Button
              color="red"
              size="xs"
              loading={remove.isPending}
              onClick={() => remove.mutate()}
            >
              {t('playlists.remove')}
            </Button>
            <Button variant="default" size="xs" onClick={() => setOpen(false)}>
              {t('playlists.cancel')}
            </Button>
          </Group>
        </Stack>
      </Popover.Dropdown>
    </Popover>
  )
}
