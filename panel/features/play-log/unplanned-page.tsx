import { Anchor, Box, Group, Paper, Stack, Text, Title } from '@mantine/core'
import { IconArrowLeft, IconCircleCheck } from '@tabler/icons-react'
import { useInfiniteQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { api } from '../../server.ts'
import { MoreButton } from '../../ui/more-button.tsx'
import { Empty, ErrorNotice, Loading } from '../../ui/notices.tsx'
import { PlayCards } from './play-cards.tsx'
import { PlayTable } from './play-table.tsx'

const route = getRouteApi('/reports/missing/unplanned')

/** Plays that devices report and that nobody planned for them: kept apart, counted nowhere. */
export const UnplannedPage = () => {
  const { t } = useTranslation()
  const { deviceId } = route.useSearch()
  const navigate = route.useNavigate()
  const list = useInfiniteQuery({
    queryKey: ['unplanned', deviceId],
    queryFn: ({ pageParam }) => api.unplannedPlays(deviceId, pageParam),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next }) => next ?? undefined,
  })
  const entries = list.data?.pages.flatMap(({ items }) => items) ?? []
  const open = (key: string) => void navigate({ to: `/reports/plays/${key}` as never })
  return (
    <Stack gap="md">
      <Anchor component={Link} to="/reports/missing" size="sm">
        <Group gap={4}>
          <IconArrowLeft size={16} aria-hidden />
          {t('reports.unplanned.back')}
        </Group>
      </Anchor>
      <div>
        <Title order={1} size="h2">
          {t('reports.unplanned.title')}
        </Title>
        <Text size="sm" c="dimmed" maw={760}>
          {t('reports.unplanned.why')}
        </Text>
      </div>
      {list.isPending && <Loading />}
      {list.error && <ErrorNotice error={list.error} onRetry={() => void list.refetch()} />}
      {list.data && entries.length === 0 && (
        <Empty
          icon={<IconCircleCheck size={40} stroke={1.5} />}
          title={t('reports.unplanned.empty')}
          hint={t('reports.unplanned.emptyHint')}
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
      <MoreButton list={list}>{t('playLog.more')}</MoreButton>
    </Stack>
  )
}
