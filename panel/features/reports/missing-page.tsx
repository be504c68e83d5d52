import { Anchor, Button, Group, Paper, Select, Stack, Table, Text, Title } from '@mantine/core'
import { DatePickerInput } from '@mantine/dates'
import { IconCalendar, IconCircleCheck } from '@tabler/icons-react'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { DeliveryCause, type MissingFilter, MissingRun } from '#protocol'
import { AreaPicker } from '../../frame/area-picker.tsx'
import { api } from '../../server.ts'
import { MoreButton } from '../../ui/more-button.tsx'
import { Empty, ErrorNotice, Loading } from '../../ui/notices.tsx'
import { ThemeChip } from '../../ui/theme-chip.tsx'
import { exactTime, HOME_ZONE, recentTime } from '../../ui/when.ts'

const route = getRouteApi('/reports/missing')
const OUTCOMES = MissingRun.shape.outcome.options

const FIRST_ALERTS = 8

const Alerts = () => {
  const { t } = useTranslation()
  const [isWhole, setIsWhole] = useState(false)
  const { data = [] } = useQuery({ queryKey: ['alerts'], queryFn: api.alerts })
  if (data.length === 0) return null
  return (
    <Paper withBorder p="sm">
      <Title order={2} size="h4" mb="xs">
        {t('reports.alerts.title')}
      </Title>
      <Stack gap={4}>
        {data.slice(0, isWhole ? undefined : FIRST_ALERTS).map((alert) => (
          <Text key={`${alert.kind}${alert.deviceId}${alert.cause}`} size="sm">
            {alert.deviceId && (
              <>
                <b>{alert.device}</b> ({alert.areaPath.at(-1)}):{' '}
              </>
            )}
            {t(`reports.alerts.kind.${alert.kind}`, { count: alert.count })}
            {alert.cause && `, ${t(`reports.deliveryCauses.${alert.cause}`)}`} ·{' '}
            {recentTime(alert.since, HOME_ZONE, Date.now())}
            {(alert.kind === 'unplanned' || alert.kind === 'repeated') && (
              <>
                {' · '}
                <Anchor
                  component={Link}
                  to="/reports/missing/unplanned"
                  search={{ deviceId: alert.deviceId } as never}
                  size="sm"
                >
                  {t('reports.unplanned.show')}
                </Anchor>
              </>
            )}
          </Text>
        ))}
      </Stack>
      {data.length > FIRST_ALERTS && !isWhole && (
        <Button mt="xs" size="xs" variant="light" onClick={() => setIsWhole(true)}>
          {t('reports.alerts.all', { count: data.length })}
        </Button>
      )}
    </Paper>
  )
}

const Runs = ({ runs }: { runs: readonly MissingRun[] }) => {
  const { t } = useTranslation()
  return (
    <Table.ScrollContainer minWidth={720}>
      <Table stickyHeader verticalSpacing={6} fz="sm">
        <Table.Thead>
          <Table.Tr>
            <Table.Th w={170}>{t('reports.missing.when')}</Table.Th>
            <Table.Th>{t('reports.missing.what')}</Table.Th>
            <Table.Th>{t('reports.missing.where')}</Table.Th>
            <Table.Th w={210}>{t('reports.missing.how')}</Table.Th>
            <Table.Th w={80} ta="right">
              {t('reports.missing.times')}
            </Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {runs.map((run) => (
            <Table.Tr key={`${run.deviceId}${run.firstAt}${run.asset.title}${run.cause}`}>
              <Table.Td>
                {exactTime(run.firstAt, HOME_ZONE)}
                {run.count > 1 && (
                  <Text size="xs" c="dimmed">
                    {t('reports.missing.last', {
                      time: exactTime(run.lastAt, HOME_ZONE).slice(-8),
                    })}
                  </Text>
                )}
              </Table.Td>
              <Table.Td>
                <Group gap={6} wrap="nowrap">
                  {run.themes.map(({ code, name }) => (
                    <ThemeChip key={code} code={code} name={name} />
                  ))}
                  <Text size="sm">{run.asset.title}</Text>
                </Group>
                <Text size="xs" c="dimmed">
                  {run.schedule.name}
                </Text>
              </Table.Td>
              <Table.Td>
                {run.device}
                <Text size="xs" c="dimmed">
                  {run.area.path.toReversed().slice(0, 2).join(', ')}
                </Text>
              </Table.Td>
              <Table.Td>
                <Text size="sm" fw={600}>
                  {t(`reports.outcomes.${run.outcome}`)}
                </Text>
                <Text size="xs" c="dimmed">
                  {run.cause && t(`reports.deliveryCauses.${run.cause}`)}
                </Text>
              </Table.Td>
              <Table.Td ta="right">{run.count}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  )
}

/** What was planned and not played whole, and why. */
export const MissingPage = () => {
  const { t } = useTranslation()
  const filter = route.useSearch() as MissingFilter
  const navigate = route.useNavigate()
  const change = (to: MissingFilter) => void navigate({ search: { ...filter, ...to } as never })
  const list = useInfiniteQuery({
    queryKey: ['missing', filter],
    queryFn: ({ pageParam }) => api.missing(filter, pageParam),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next }) => next ?? undefined,
  })
  const runs = list.data?.pages.flatMap(({ items }) => items) ?? []
  return (
    <Stack gap="md">
      <div>
        <Title order={1} size="h2">
          {t('reports.missing.title')}
        </Title>
        <Text size="sm" c="dimmed">
          {t('reports.missing.total', { count: list.data?.pages[0]?.total ?? 0 })}
        </Text>
      </div>
      <Alerts />
      <Group gap="xs">
        <DatePickerInput
          type="range"
          aria-label={t('reports.period')}
          placeholder={t('reports.period')}
          leftSection={<IconCalendar size={16} aria-hidden />}
          valueFormat="DD/MM/YYYY"
          value={[filter.from ?? null, filter.to ?? null]}
          onChange={([from, to]) => change({ from: from ?? undefined, to: to ?? undefined })}
          clearable
          w={{ base: '100%', xs: 250 }}
        />
        <AreaPicker value={filter.areaId} onChange={(areaId) => change({ areaId })} />
        <Select
          aria-label={t('reports.missing.how')}
          placeholder={t('reports.missing.how')}
          data={OUTCOMES.map((value) => ({ value, label: t(`reports.outcomes.${value}`) }))}
          value={filter.outcome ?? null}
          onChange={(value) => change({ outcome: MissingRun.shape.outcome.safeParse(value).data })}
          clearable
          w={{ base: '48%', xs: 150 }}
        />
        <Select
          aria-label={t('reports.causes')}
          placeholder={t('reports.causes')}
          data={DeliveryCause.options.map((value) => ({
            value,
            label: t(`reports.deliveryCauses.${value}`),
          }))}
          value={filter.cause ?? null}
          onChange={(value) => change({ cause: DeliveryCause.safeParse(value).data })}
          clearable
          w={{ base: '48%', xs: 230 }}
        />
      </Group>
      {list.isPending && <Loading />}
      {list.error && <ErrorNotice error={list.error} onRetry={() => void list.refetch()} />}
      {list.data && runs.length === 0 && (
        <Empty
          icon={<IconCircleCheck size={40} stroke={1.5} />}
          title={t('reports.missing.empty')}
          hint={t('reports.missing.emptyHint')}
        />
      )}
      {runs.length > 0 && (
        <Paper withBorder>
          <Runs runs={runs} />
        </Paper>
      )}
      <MoreButton list={list}>{t('reports.missing.more')}</MoreButton>
    </Stack>
  )
}
