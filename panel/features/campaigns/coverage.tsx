import { Box, Group, Paper, SegmentedControl, Stack, Table, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { addDays } from '#playlists'
import type { Campaign, WeekCoverage } from '#protocol'
import { AreaPicker } from '../../frame/area-picker.tsx'
import { api } from '../../server.ts'
import { ErrorNotice, Loading } from '../../ui/notices.tsx'
import { ThemeChip } from '../../ui/theme-chip.tsx'
import type { CampaignSearch } from './search.ts'
import { WeekPicker, weekOf } from './week-picker.tsx'

type Props = {
  campaign: Campaign
  search: CampaignSearch
  go: (change: CampaignSearch) => void
}
type Cell = WeekCoverage['rows'][number]['cells'][number]

const MEASURES = ['planned', 'delivered', 'share'] as const
const STEPS = 5

/** Five steps of one hue; the figure stands in every cell, so the colour only leads the eye. */
const heat = (share: number) => {
  if (share <= 0) return { background: 'transparent', color: 'var(--mantine-color-dimmed)' }
  const step = Math.min(STEPS, Math.max(1, Math.ceil(share * STEPS)))
  const light = ['#e4f3ee', '#bfe3d7', '#8fcbb8', '#1f7a63', '#085a48'][step - 1]
  const dark = ['#17302a', '#1d4539', '#22604f', '#23705c', '#6cbca8'][step - 1]
  return {
    background: `light-dark(${light}, ${dark})`,
    color: `light-dark(${step > 3 ? '#fff' : '#12211c'}, ${step > 4 ? '#0c1512' : '#fff'})`,
  }
}

const figureOf = (cell: Cell, measure: (typeof MEASURES)[number]): string => {
  if (measure === 'share') return cell.target === null ? '–' : `${Math.round(cell.target * 100)} %`
  return String(cell[measure])
}

/** Communes and themes of one week: what is planned, and what of it was delivered. */
export const Coverage = ({ campaign, search, go }: Props) => {
  const { t } = useTranslation()
  const week = weekOf(search.week)
  const measure = search.measure ?? 'planned'
  const { data, error, isPending, refetch } = useQuery({
    queryKey: ['coverage', campaign.id, week, search.areaId],
    queryFn: () => api.coverage(campaign.id, week, search.areaId),
  })
  const most = Math.max(
    1,
    ...(data?.rows.flatMap(({ cells }) => cells.map(({ planned }) => planned)) ?? []),
  )
  const shareOf = (cell: Cell): number => {
    if (measure === 'share') return cell.target ?? 0
    if (measure === 'delivered') return cell.planned > 0 ? cell.delivered / cell.planned : 0
    return cell.target ?? cell.planned / most
  }
  return (
    <Stack>
      <Group>
        <WeekPicker week={week} onChange={(to) => go({ week: to })} />
        <AreaPicker value={search.areaId} onChange={(areaId) => go({ areaId })} />
        <SegmentedControl
          aria-label={t('campaigns.measure')}
          value={measure}
          onChange={(to) => go({ measure: to as 'planned' })}
          data={MEASURES.map((value) => ({ value, label: t(`campaigns.${value}`) }))}
        />
        <Group gap={4} aria-hidden>
          <Text size="xs" c="dimmed">
            {t('campaigns.legendNone')}
          </Text>
          {[0, 0.2, 0.4, 0.6, 0.8, 1].map((share) => (
            <Box
              key={share}
              w={18}
              h={14}
              style={{ ...heat(share), border: '1px solid var(--mantine-color-default-border)' }}
            />
          ))}
          <Text size="xs" c="dimmed">
            {t('campaigns.legendFull')}
          </Text>
        </Group>
      </Group>
      {isPending && <Loading />}
      {error && <ErrorNotice error={error} onRetry={() => void refetch()} />}
      {data?.rows.length === 0 && <Text>{t('campaigns.noCoverage')}</Text>}
      {data && data.rows.length > 0 && (
        <Paper withBorder>
          <Table.ScrollContainer
            minWidth={520}
            maxHeight="calc(100dvh - 330px)"
            scrollAreaProps={{ viewportProps: { tabIndex: 0 } }}
          >
            <Table stickyHeader withColumnBorders verticalSpacing={2}>
              <Table.Thead>
                <Table.Tr>
                  <Table.Th w={220}>{t('campaigns.commune')}</Table.Th>
                  {data.themes.map(({ id, code, name }) => (
                    <Table.Th key={id} ta="center">
                      <ThemeChip code={code} name={name} />
                    </Table.Th>
                  ))}
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {data.rows.map((row) => (
                  <Table.Tr key={row.areaId}>
                    <Table.Td>
                      <Text size="sm" fw={500}>
                        {row.name}
                      </Text>
                      <Text size="xs" c="dimmed">
                        {[
                          t('schedule.devices', { count: row.devices }),
                          row.path.length > 2 ? row.path.at(-2) : undefined,
                        ]
                          .filter(Boolean)
                          .join(' · ')}
                      </Text>
                    </Table.Td>
                    {data.themes.map((theme) => {
                      const cell = row.cells.find(({ themeId }) => themeId === theme.id)
                      if (!cell) return <Table.Td key={theme.id} />
                      const { planned, delivered, target } = cell
                      const label = [
                        t('campaigns.cell', {
                          area: row.name,
                          code: theme.code,
                          planned,
                          delivered,
                        }),
                        target !== null &&
                          t('campaigns.cellTarget', { share: Math.round(target * 100) }),
                      ]
                        .filter(Boolean)
                        .join(', ')
                      return (
                        <Table.Td key={theme.id} p={0} style={heat(shareOf(cell))}>
                          <Link
                            to="/reports/plays"
                            search={
                              {
                                areaId: row.areaId,
                                themeId: theme.id,
                                from: week,
                                to: addDays(week, 6),
                              } as never
                            }
                            title={`${label}. ${t('campaigns.openPlays')}`}
                            aria-label={label}
                            style={{
                              display: 'block',
                              padding: '8px 6px',
                              textAlign: 'center',
                              color: 'inherit',
                              textDecoration: 'none',
                            }}
                          >
                            {figureOf(cell, measure)}
                          </Link>
                        </Table.Td>
                      )
                    })}
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          </Table.ScrollContainer>
        </Paper>
      )}
    </Stack>
  )
}
