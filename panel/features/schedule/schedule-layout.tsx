import { Box, Group, Stack, Title } from '@mantine/core'
import { Link, Outlet, useLocation } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { PublishBar } from './publish/publish-bar.tsx'

const TABS = [
  { to: '/schedule', word: 'timeline' },
  { to: '/schedule/playlists', word: 'playlists' },
  { to: '/schedule/policy', word: 'policy' },
  { to: '/schedule/publications', word: 'publications' },
] as const

/** The pages about what is planned, with the draft's bar below all of them. */
export const ScheduleLayout = () => {
  const { t } = useTranslation()
  const { pathname } = useLocation()
  const current = TABS.findLast(({ to }) => pathname.startsWith(to)) ?? TABS[0]
  return (
    <Stack gap="sm" mih="calc(100dvh - 52px - 2 * var(--app-shell-padding))">
      <Group gap="lg" align="center">
        <Title order={1} size="h2">
          {t('schedule.title')}
        </Title>
        <Box component="nav" aria-label={t('schedule.tabs.label')}>
          <Group gap={0} wrap="wrap">
            {TABS.map(({ to, word }) => (
              <Link
                key={to}
                to={to}
                style={{
                  padding: '8px 12px',
                  fontWeight: current.to === to ? 600 : 400,
                  color: 'inherit',
                  textDecoration: 'none',
                  borderBottom: `2px solid ${current.to === to ? 'light-dark(#0b6e58, #6cbca8)' : 'transparent'}`,
                }}
                aria-current={current.to === to ? 'page' : undefined}
              >
                {t(`schedule.tabs.${word}`)}
              </Link>
            ))}
          </Group>
        </Box>
      </Group>
      <Box style={{ flex: 1, display: 'flex', flexDirection: 'column', minHeight: 0 }}>
        <Outlet />
      </Box>
      <PublishBar />
    </Stack>
  )
}
