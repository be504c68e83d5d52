import { SimpleGrid, Stack, Text, Title } from '@mantine/core'
import { IconChartBar } from '@tabler/icons-react'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import type { Coverage } from '#protocol'
import type { CoverageAsked } from '../../evidence-api.ts'
import { api } from '../../server.ts'
import { Empty, ErrorNotice, Loading } from '../../ui/notices.tsx'
import { HOME_ZONE, recentTime } from '../../ui/when.ts'
import { CoverageFilters } from './coverage-filters.tsx'
import { CoverageMatrix } from './coverage-matrix.tsx'
import { Causes, Trend, Worst } from './coverage-sides.tsx'
import { shareOf, useNumbers } from './numbers.ts'
import { daysOf, dayText } from './periods.ts'
import type { CoverageSearch } from './search.ts'

const route = getRouteApi('/reports/')

const Sentence = ({ coverage }: { coverage: Coverage }) => {
  const { t } = useTranslation()
  const { count, share } = useNumbers()
  const { total, from, to, communesWithoutDevice, statedAt, waiting } = coverage
  const planned =
    total.planned === 0
      ? t('reports.plannedNone')
      : t('reports.plannedShare', { share: share(shareOf(total)) })
  const words = {
    ...{ from: dayText(from), to: dayText(to), plays: count(total.plays), planned },
    ...{ without: count(communesWithoutDevice), unknown: count(total.unknown) },
  }
  const stated =
    statedAt && t('reports.statedAt', { time: recentTime(statedAt, HOME_ZONE, Date.now()) })
  return (
    <Stack gap={2}>
      <Title order={1} size="h3" fw={600} className="figures" lh={1.35}>
        {t('reports.sentence', words)}
      </Title>
      <Text size="sm" c="dimmed">
        {[t('reports.definition'), stated, waiting > 0 && t('reports.waiting', { count: waiting })]
          .filter(Boolean)
          .join(' · ')}
      </Text>
    </Stack>
  )
}

/** The supervisor's home: the sentence first, then theme × area, then why. */
export const CoveragePage = () => {
  const { t } = useTranslation()
  const search = route.useSearch() as CoverageSearch
  const navigate = route.useNavigate()
  const days = daysOf('thisMonth')
  const asked: CoverageAsked = {
    ...search,
    from: search.from ?? days.from,
    to: search.to ?? days.to,
    rows: search.rows ?? 'communes',
  }
  const change = (to: CoverageSearch) => void navigate({ search: { ...search, ...to } as never })
  const { data, error, isPending, refetch } = useQuery({
    queryKey: ['coverage', asked],
    queryFn: () => api.coverageMatrix(asked),
    placeholderData: keepPreviousData,
  })
  return (
    <Stack gap="md">
      {data ? <Sentence coverage={data} /> : <Title order={1}>{t('reports.title')}</Title>}
      <CoverageFilters asked={asked} onChange={change} />
      {isPending && <Loading />}
      {error && <ErrorNotice error={error} onRetry={() => void refetch()} />}
      {data && data.total.plays + data.total.planned === 0 && (
        <Empty
          icon={<IconChartBar size={40} stroke={1.5} />}
          title={t('reports.empty')}
          hint={t('reports.emptyHint')}
        />
      )}
      {data && (
        <>
          <CoverageMatrix coverage={data} asked={asked} onChange={change} />
          {data.trend.length > 0 && (
            <SimpleGrid cols={{ base: 1, md: 3 }}>
              <Trend trend={data.trend} />
              <Worst coverage={data} asked={asked} />
              <Causes coverage={data} asked={asked} />
            </SimpleGrid>
          )}
        </>
      )}
    </Stack>
  )
}
