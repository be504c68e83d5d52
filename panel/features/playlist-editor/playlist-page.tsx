import { Alert, Anchor } from '@mantine/core'
import { getRouteApi, Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import type { Playlist } from '#protocol'
import { ErrorNotice, Loading } from '../../ui/notices.tsx'
import { useAreas, usePlaylists } from '../../ui/use-programme.ts'
import { PlaylistEditor } from './playlist-editor.tsx'
import { draftOfPlaylist } from './use-playlist-draft.ts'

const route = getRouteApi('/schedule/playlists/$id')

/** One playlist, or a new one, to be edited. */
export const PlaylistPage = () => {
  const { t } = useTranslation()
  const { id } = route.useParams() as { id: string }
  const { data: playlists, error } = usePlaylists()
  const { data: areas } = useAreas()
  const root = areas?.[0]
  if (error) return <ErrorNotice error={error} />
  if (!playlists || !root) return <Loading />
  const playlist = playlists.find((one) => one.id === id)
  const back = (
    <Anchor size="sm" renderRoot={(props) => <Link {...props} to="/schedule/playlists" />}>
      ← {t('playlists.back')}
    </Anchor>
  )
  if (id !== 'new' && !playlist)
    return (
      <>
        {back}
        <Alert color="orange">{t('playlists.missing')}</Alert>
      </>
    )
  const fresh: Omit<Playlist, 'id' | 'version'> = {
    name: '',
    areaId: root.id,
    channel: 'audio',
    items: [],
    shuffle: false,
  }
  return (
    <>
      {back}
      <PlaylistEditor key={id} playlist={playlist} initial={draftOfPlaylist(playlist ?? fresh)} />
    </>
  )
}
