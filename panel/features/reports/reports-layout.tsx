import { Badge, Group, Tabs } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Outlet, useLocation, useNavigate } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { api } from '../../server.ts'

const PAGES = [
  { path: '/reports', word: 'coverage' },
  { path: '/reports/plays', word: 'plays' },
  { path: '/reports/missing', word: 'missing' },
  { path: '/reports/exports', word: 'exports' },
] as const

/** The four places of reports, and how many alerts wait. */
export const ReportsLayout = () => {
  const { t } = useTranslation()
  const { pathname } = useLocation()
  const navigate = useNavigate()
  const { data: alerts = [] } = useQuery({ queryKey: ['alerts'], queryFn: api.alerts })
  const here = PAGES.findLast(({ path }) => pathname.startsWith(path))?.path ?? '/reports'
  return (
    <Tabs
      value={here}
      onChange={(path) => path && void navigate({ to: path })}
      mb="md"
      keepMounted={false}
    >
      <Tabs.List aria-label={t('reports.tabs.label')}>
        {PAGES.map(({ path, word }) => (
          <Tabs.Tab key={path} value={path} px={{ base: 8, sm: 'md' } as never}>
            <Group gap={6} wrap="nowrap">
              {t(`reports.tabs.${word}`)}
              {word === 'missing' && alerts.length > 0 && (
                <Badge
                  color="#b3261e"
                  size="sm"
                  variant="filled"
                  aria-label={t('reports.alerts.label', { count: alerts.length })}
                >
                  {alerts.length}
                </Badge>
              )}
            </Group>
          </Tabs.Tab>
        ))}
      </Tabs.List>
      {PAGES.map(({ path }) => (
        <Tabs.Panel key={path} value={path} pt="md">
          {path === here && <Outlet />}
        </Tabs.Panel>
      ))}
    </Tabs>
  )
}
