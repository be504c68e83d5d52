import { Anchor, Group, Paper, Progress, Stack, Text, Title } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import type { Coverage } from '#protocol'
import type { CoverageAsked } from '../../evidence-api.ts'
import { shareOf, useNumbers } from './numbers.ts'
import { dayText } from './periods.ts'

const HEIGHT = 90
const MOST_WORST = 6

/** Plays a day or month as bars; the part that is missing from the plan stands on them. */
export const Trend = ({ trend }: Pick<Coverage, 'trend'>) => {
  const { t } = useTranslation()
  const { count, share } = useNumbers()
  const most = Math.max(1, ...trend.map(({ tally }) => tally.plays + tally.missed + tally.unknown))
  const scaled = (value: number) => (value / most) * HEIGHT
  return (
    <Paper withBorder p="sm">
      <Title order={2} size="h4" mb="xs">
        {t('reports.trend')}
      </Title>
      <Group gap={2} align="flex-end" wrap="nowrap" h={HEIGHT} role="list">
        {trend.map(({ period, tally }) => {
          const words = {
            period: dayText(period),
            plays: count(tally.plays),
            share: share(shareOf(tally)),
          }
          const title = t('reports.trendPoint', words)
          return (
            <Stack
              key={period}
              gap={0}
              style={{ flex: 1, maxWidth: 36 }}
              title={title}
              aria-label={title}
              role="listitem"
            >
              <div
                style={{
                  height: scaled(tally.unknown),
                  background: 'light-dark(#b7bec5, #5c6670)',
                }}
              />
              <div
                style={{ height: scaled(tally.missed), background: 'light-dark(#c9402f, #ff8a80)' }}
              />
              <div
                style={{ height: scaled(tally.plays), background: 'light-dark(#178a6e, #43a98f)' }}
              />
            </Stack>
          )
        })}
      </Group>
      {trend.length > 0 && (
        <Group justify="space-between">
          <Text size="xs" c="dimmed">
            {dayText(trend[0]?.period ?? '')}
          </Text>
          <Text size="xs" c="dimmed">
            {dayText(trend.at(-1)?.period ?? '')}
          </Text>
        </Group>
      )}
    </Paper>
  )
}

type Props = { coverage: Coverage; asked: CoverageAsked }

/** Which areas are furthest behind their plan. */
export const Worst = ({ coverage, asked }: Props) => {
  const { t } = useTranslation()
  const { share } = useNumbers()
  const behind = coverage.rows
    .flatMap((row) => {
      const part = shareOf(row.total)
      return part !== null && part < 1 ? [{ row, part }] : []
    })
    .sort((a, b) => a.part - b.part)
    .slice(0, MOST_WORST)
  return (
    <Paper withBorder p="sm">
      <Title order={2} size="h4" mb="xs">
        {t('reports.worst')}
      </Title>
      {behind.length === 0 && (
        <Text size="sm" c="dimmed">
          {t('reports.worstNone')}
        </Text>
      )}
      <Stack gap={6}>
        {behind.map(({ row, part }) => (
          <div key={row.areaId}>
            <Group justify="space-between" wrap="nowrap">
              <Anchor
                component={Link}
                to="/reports/missing"
                search={{ from: asked.from, to: asked.to, areaId: row.areaId } as never}
                size="sm"
                c="inherit"
              >
                {row.name}
              </Anchor>
              <Text size="sm" className="figures">
                {share(part)}
              </Text>
            </Group>
            <Progress value={part * 100} size="sm" aria-label={row.name} />
          </div>
        ))}
      </Stack>
    </Paper>
  )
}

/** Why the plan was not met, unknown among the causes and never left out. */
export const Causes = ({ coverage, asked }: Props) => {
  const { t } = useTranslation()
  const { count } = useNumbers()
  return (
    <Paper withBorder p="sm">
      <Title order={2} size="h4" mb="xs">
        {t('reports.causes')}
      </Title>
      {coverage.causes.length === 0 && (
        <Text size="sm" c="dimmed">
          {t('reports.causesNone')}
        </Text>
      )}
      <Stack gap={4}>
        {coverage.causes.map(({ cause, count: times }) => (
          <Group key={cause} justify="space-between" wrap="nowrap">
            <Anchor
              component={Link}
              to="/reports/missing"
              search={
                {
                  ...{ from: asked.from, to: asked.to, areaId: asked.areaId },
                  ...(cause ? { cause } : { outcome: 'unknown' }),
                } as never
              }
              size="sm"
              c="inherit"
            >
              {cause ? t(`reports.deliveryCauses.${cause}`) : t('reports.unknownCause')}
            </Anchor>
            <Text size="sm" className="figures">
              {count(times)}
            </Text>
          </Group>
        ))}
      </Stack>
    </Paper>
  )
}
