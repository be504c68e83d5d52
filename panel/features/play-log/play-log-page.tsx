import { Alert, Box, Button, Group, Paper, Stack, Text, Title } from '@mantine/core'
import { IconArchive, IconDownload, IconListSearch } from '@tabler/icons-react'
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import type { PlayFilter } from '#protocol'
import { currentLang } from '../../i18n/index.ts'
import { api } from '../../server.ts'
import { queryString } from '../../transport.ts'
import { MoreButton } from '../../ui/more-button.tsx'
import { Empty, ErrorNotice, Loading } from '../../ui/notices.tsx'
import { PlayCards } from './play-cards.tsx'
import { PlayDrawer } from './play-drawer.tsx'
import { PlayFilters } from './play-filters.tsx'
import { PlayTable, playKey } from './play-table.tsx'

/** 2024-11 as 11/2024. */
const monthLabel = (month: string) => month.split('-').reverse().join('/')

const route = getRouteApi('/reports/plays')

export const PlayLogPage = () => {
  const { t, i18n } = useTranslation()
  const { play: opened, ...filter } = route.useSearch()
  const navigate = route.useNavigate()
  const log = useInfiniteQuery({
    queryKey: ['plays', filter],
    queryFn: ({ pageParam }) => api.plays(filter, pageParam),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next }) => next ?? undefined,
    placeholderData: keepPreviousData,
  })
  const entries = log.data?.pages.flatMap(({ items }) => items) ?? []
  const total = log.data?.pages[0]?.total
  const archived = log.data?.pages[0]?.archived ?? []
  const setFilter = (to: PlayFilter) => void navigate({ search: to as never })
  const open = (play: string | undefined) => void navigate({ search: { ...filter, play } as never })

  return (
    <Stack gap="md">
      <Group justify="space-between" align="flex-end">
        <Stack gap={0}>
          <Title order={1} size="h2">
            {t('playLog.title')}
          </Title>
          <Text size="sm" c="dimmed">
            {typeof total === 'number' &&
              `${t('playLog.total', { count: total, formatParams: { count: { lang: i18n.language } } })} · `}
            {t('playLog.definition')}
          </Text>
        </Stack>
        <Button
          component="a"
          href={`/api/plays.csv${queryString({ ...filter, lang: currentLang() })}`}
          download
          variant="default"
          leftSection={<IconDownload size={18} />}
        >
          {t('playLog.csv')}
        </Button>
      </Group>
      <PlayFilters value={filter} onChange={setFilter} />
      {log.isPending && <Loading />}
      {log.error && <ErrorNotice error={log.error} onRetry={() => void log.refetch()} />}
      {archived.length > 0 && (
        <Alert variant="light" icon={<IconArchive size={18} />}>
          {t('playLog.archived', { months: archived.map(monthLabel).join(', ') })}
        </Alert>
      )}
      {log.data && entries.length === 0 && (
        <Empty
          icon={<IconListSearch size={40} stroke={1.5} />}
          title={t('playLog.empty')}
          hint={t('playLog.emptyHint')}
        />
      )}
      {entries.length > 0 && (
        <>
          <Paper withBorder visibleFrom="sm">
            <PlayTable entries={entries} onOpen={open} />
          </Paper>
          <Box hiddenFrom="sm">
            <PlayCards entries={entries} onOpen={open} />
          </Box>
        </>
      )}
      <MoreButton list={log}>{t('playLog.more')}</MoreButton>
      <PlayDrawer
        entry={entries.find((entry) => playKey(entry) === opened)}
        onClose={() => open(undefined)}
      />
    </Stack>
  )
}
