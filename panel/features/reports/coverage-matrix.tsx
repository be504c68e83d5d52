import { Anchor, Group, Paper, SegmentedControl, Table, Text, Title } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import type { Coverage, CoverageRow, Tally } from '#protocol'
import type { CoverageAsked } from '../../evidence-api.ts'
import { ThemeChip } from '../../ui/theme-chip.tsx'
import { shadeOf, shareOf, useNumbers } from './numbers.ts'
import type { CoverageSearch } from './search.ts'

type Props = {
  coverage: Coverage
  asked: CoverageAsked
  onChange: (change: CoverageSearch) => void
}

/** Theme × area: every number leads to the plays behind it. */
export const CoverageMatrix = ({ coverage, asked, onChange }: Props) => {
  const { t } = useTranslation()
  const { count, share } = useNumbers()
  const { themes } = coverage
  // Where there is nothing that could play, nothing is to be looked for first.
  const rows = coverage.rows.toSorted((a, b) => Number(b.devices > 0) - Number(a.devices > 0))
  const narrowed = { from: asked.from, to: asked.to, channel: asked.channel }

  const cell = (row: CoverageRow, tally: Tally | undefined, theme: Coverage['themes'][number]) => {
    const plays = tally?.plays ?? 0
    const words = { area: row.name, theme: theme.code, plays: count(plays) }
    return (
      <Table.Td key={theme.id} ta="right" bg={shadeOf(tally ? shareOf(tally) : null)} p={4}>
        {plays === 0 ? (
          <Text span size="sm" c="dimmed">
            {row.devices > 0 ? '0' : ''}
          </Text>
        ) : (
          <Anchor
            component={Link}
            to="/reports/plays"
            search={{ ...narrowed, areaId: row.areaId, themeId: theme.id } as never}
            size="sm"
            c="inherit"
            aria-label={t('reports.matrix.open', words)}
          >
            {count(plays)}
          </Anchor>
        )}
      </Table.Td>
    )
  }

  return (
    <Paper withBorder p="sm">
      <Group justify="space-between" mb="xs">
        <div>
          <Title order={2} size="h4">
            {t('reports.matrix.title')}
          </Title>
          <Text size="xs" c="dimmed">
            {t('reports.matrix.hint')}
          </Text>
        </div>
        <SegmentedControl
          size="xs"
          aria-label={t('reports.matrix.area')}
          data={(['children', 'communes'] as const).map((value) => ({
            value,
            label: t(`reports.matrix.${value}`),
          }))}
          value={asked.rows}
          onChange={(value) => onChange({ rows: value as 'communes' | 'children' })}
        />
      </Group>
      <Table.ScrollContainer minWidth={520} maxHeight={560}>
        <Table stickyHeader withColumnBorders verticalSpacing={3} fz="sm">
          <Table.Thead>
            <Table.Tr>
              <Table.Th miw={180}>{t('reports.matrix.area')}</Table.Th>
              {themes.map(({ id, code, name }) => (
                <Table.Th key={id} ta="right" w={74}>
                  <ThemeChip code={code} name={name} />
                </Table.Th>
              ))}
              <Table.Th ta="right" w={86}>
                {t('reports.matrix.total')}
              </Table.Th>
              <Table.Th ta="right" w={92}>
                {t('reports.matrix.share')}
              </Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {rows.map((row) => (
              <Table.Tr key={row.areaId}>
                <Table.Td>
                  <Anchor
                    component="button"
                    type="button"
                    size="sm"
                    ta="left"
                    c="inherit"
                    aria-label={t('reports.matrix.openRow', { area: row.name })}
                    onClick={() => onChange({ areaId: row.areaId, rows: 'children' })}
                  >
                    {row.name}
                  </Anchor>
                  <Text size="xs" c="dimmed">
                    {[row.path.at(-2), row.code].filter(Boolean).join(' · ')}
                  </Text>
                </Table.Td>
                {themes.map((theme) =>
                  cell(row, row.cells.find(({ themeId }) => themeId === theme.id)?.tally, theme),
                )}
                <Table.Td ta="right" fw={600}>
                  {row.devices === 0 && row.total.plays === 0 ? '–' : count(row.total.plays)}
                </Table.Td>
                <Table.Td
                  ta="right"
                  bg={shadeOf(shareOf(row.total))}
                  style={{ whiteSpace: 'nowrap' }}
                >
                  {row.devices === 0 && row.total.planned === 0
                    ? t('reports.matrix.none')
                    : share(shareOf(row.total))}
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
          <Table.Tfoot>
            <Table.Tr>
              <Table.Th>{t('reports.matrix.total')}</Table.Th>
              {themes.map(({ id, total }) => (
                <Table.Th key={id} ta="right">
                  {count(total.plays)}
                </Table.Th>
              ))}
              <Table.Th ta="right">{count(coverage.total.plays)}</Table.Th>
              <Table.Th ta="right">{share(shareOf(coverage.total))}</Table.Th>
            </Table.Tr>
          </Table.Tfoot>
        </Table>
      </Table.ScrollContainer>
    </Paper>
  )
}
