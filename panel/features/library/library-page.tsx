import { Button, Center, Group, SimpleGrid, Stack, Text, Title } from '@mantine/core'
import { Dropzone } from '@mantine/dropzone'
import { IconFolderOpen, IconUpload } from '@tabler/icons-react'
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { useRef } from 'react'
import { useTranslation } from 'react-i18next'
import type { AssetFilter, AssetId } from '#protocol'
import { api } from '../../server.ts'
import { MoreButton } from '../../ui/more-button.tsx'
import { Empty, ErrorNotice, Loading } from '../../ui/notices.tsx'
import { useThemes } from '../../ui/use-themes.ts'
import { AssetCard } from './asset-card.tsx'
import { AssetDrawer } from './asset-drawer.tsx'
import { LibraryFilters } from './library-filters.tsx'
import { UploadRow } from './upload-row.tsx'
import { useUploads } from './use-uploads.ts'

const route = getRouteApi('/library')

export const LibraryPage = () => {
  const { t } = useTranslation()
  const { asset: opened, ...filter } = route.useSearch()
  const navigate = route.useNavigate()
  const openFiles = useRef<() => void>(null)
  const themes = useThemes()
  const themeById = new Map(themes.map((theme) => [theme.id as string, theme]))
  const { uploads, add, dismiss } = useUploads()
  const library = useInfiniteQuery({
    queryKey: ['assets', 'list', filter],
    queryFn: ({ pageParam }) => api.assets(filter, pageParam),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next }) => next ?? undefined,
    placeholderData: keepPreviousData,
  })
  const assets = library.data?.pages.flatMap(({ items }) => items) ?? []
  const setFilter = (to: AssetFilter) => void navigate({ search: to as never })
  const open = (asset: AssetId | undefined) =>
    void navigate({ search: { ...filter, asset } as never })

  return (
    <Stack gap="md">
      <Group justify="space-between">
        <Stack gap={0}>
          <Title order={1} size="h2">
            {t('library.title')}
          </Title>
          <Text size="sm" c="dimmed">
            {t('library.total', { count: library.data?.pages[0]?.total ?? 0 })}
          </Text>
        </Stack>
        <Button leftSection={<IconUpload size={18} />} onClick={() => openFiles.current?.()}>
          {t('library.choose')}
        </Button>
      </Group>
      <Dropzone
        openRef={openFiles}
        onDrop={(files) => void add(files)}
        p="sm"
        radius="md"
        aria-label={t('library.drop')}
      >
        <Stack gap={2} align="center" style={{ pointerEvents: 'none' }}>
          <Text size="sm" fw={600}>
            {t('library.drop')}
          </Text>
          <Text size="xs" c="dimmed" ta="center">
            {t('library.dropHint')}
          </Text>
        </Stack>
      </Dropzone>
      <Dropzone.FullScreen withinPortal={false} onDrop={(files) => void add(files)}>
        <Center mih="60dvh">
          <Text size="xl" fw={600}>
            {t('library.drop')}
          </Text>
        </Center>
      </Dropzone.FullScreen>
      {uploads.length > 0 && (
        <Stack gap="xs" component="section" aria-label={t('library.uploads')}>
          {uploads.map((upload) => (
            <UploadRow key={upload.key} upload={upload} onDismiss={() => dismiss(upload.key)} />
          ))}
        </Stack>
      )}
      <LibraryFilters value={filter} themes={themes} onChange={setFilter} />
      {library.isPending && <Loading />}
      {library.error && (
        <ErrorNotice error={library.error} onRetry={() => void library.refetch()} />
      )}
      {library.data && assets.length === 0 && (
        <Empty
          icon={<IconFolderOpen size={40} stroke={1.5} />}
          title={t('library.empty')}
          hint={t('library.emptyHint')}
        />
      )}
      <SimpleGrid cols={{ base: 1, xs: 2, md: 3, lg: 4 }} spacing="sm">
        {assets.map((asset) => (
          <AssetCard
            key={asset.id}
            asset={asset}
            themes={themeById}
            onOpen={() => open(asset.id)}
          />
        ))}
      </SimpleGrid>
      <MoreButton list={library}>{t('library.more')}</MoreButton>
      <AssetDrawer
        id={opened}
        themes={themes}
        onClose={() => open(undefined)}
        onRemoved={() => void navigate({ search: filter as never, ignoreBlocker: true })}
      />
    </Stack>
  )
}
