import {
  ActionIcon,
  Alert,
  Anchor,
  AppShell,
  Box,
  Burger,
  Group,
  Image,
  Menu,
  NavLink,
  Stack,
  Text,
  UnstyledButton,
  useMantineColorScheme,
} from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import {
  IconApi,
  IconBroadcast,
  IconCalendarEvent,
  IconChartBar,
  IconFlag,
  IconFolders,
  IconLogout,
  IconMoon,
  IconUserCircle,
  IconWifiOff,
} from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Link, Outlet, useLocation } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import type { SignedIn } from '#protocol'
import icon from '../icon.svg'
import { api, queries } from '../server.ts'
import { useLiveUpdates } from '../socket.ts'
import { SIGNED_OUT } from '../ui/session-query.ts'
import { Find } from './find.tsx'
import { LanguageSwitch } from './language-switch.tsx'
import { Rights } from './rights.tsx'

const PLACES = [
  { to: '/', icon: IconBroadcast, word: 'place.onAir' },
  { to: '/schedule', icon: IconCalendarEvent, word: 'place.schedule' },
  { to: '/library', icon: IconFolders, word: 'place.library' },
  { to: '/campaigns', icon: IconFlag, word: 'place.campaigns' },
  { to: '/reports', icon: IconChartBar, word: 'place.reports' },
] as const

const UserMenu = ({ user }: { user: SignedIn }) => {
  const { t } = useTranslation()
  const signOut = async () => {
    await api.signOut().catch(() => undefined)
    queries.clear()
    queries.setQueryData(['session'], SIGNED_OUT)
  }
  return (
    <Menu position="bottom-end" withArrow>
      <Menu.Target>
        <UnstyledButton aria-label={user.name}>
          <Group gap={6} wrap="nowrap">
            <IconUserCircle size={22} aria-hidden />
            <Text size="sm" visibleFrom="xs">
              {user.name}
            </Text>
          </Group>
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item component="a" href="/api/docs" leftSection={<IconApi size={16} />}>
          {t('frame.apiDocs')}
        </Menu.Item>
        <Menu.Item leftSection={<IconLogout size={16} />} onClick={() => void signOut()}>
          {t('frame.signOut')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}

/** The version of the server, as the pages about upgrading and reports of faults name it. */
const ServerVersion = () => {
  const { t } = useTranslation()
  const { data } = useQuery({ queryKey: ['health'], queryFn: api.health })
  return (
    data && (
      <Text size="xs" c="dimmed" mt="auto" p="xs">
        {t('frame.version', data)}
      </Text>
    )
  )
}

/** What stands around every page: where one can go, who one is, and whether it is all still true. */
export const Frame = ({ user }: { user: SignedIn | null }) => {
  const { t } = useTranslation()
  const { pathname } = useLocation()
  const [isOpen, { toggle, close }] = useDisclosure(false)
  const { toggleColorScheme } = useMantineColorScheme()
  const isConnected = useLiveUpdates(user !== null)
  return (
    <AppShell
      header={{ height: 52 }}
      navbar={{ width: 208, breakpoint: 'sm', collapsed: { mobile: !isOpen } }}
      padding={{ base: 'sm', sm: 'lg' }}
    >
      <AppShell.Header px="md">
        <Group h="100%" justify="space-between" wrap="nowrap">
          <Group gap="xs" wrap="nowrap">
            <Burger
              opened={isOpen}
              onClick={toggle}
              hiddenFrom="sm"
              size="sm"
              aria-label={t('frame.menu')}
            />
            <Image src={icon} alt="" w={28} h={28} />
            <Text fw={700} size="lg">
              {t('app')}
            </Text>
            <Anchor href="#main" className="skip-link">
              {t('frame.skip')}
            </Anchor>
          </Group>
          <Group gap="sm" wrap="nowrap">
            <Find />
            <Box visibleFrom="sm">
              <LanguageSwitch />
            </Box>
            <ActionIcon
              variant="subtle"
              color="gray"
              onClick={toggleColorScheme}
              aria-label={t('frame.scheme')}
            >
              <IconMoon size={18} />
            </ActionIcon>
            {user && <UserMenu user={user} />}
          </Group>
        </Group>
      </AppShell.Header>
      <AppShell.Navbar p="xs" component="nav">
        <Stack gap={4}>
          {PLACES.map(({ to, icon: Icon, word }) => (
            <NavLink
              key={to}
              component={Link}
              to={to}
              label={t(word)}
              leftSection={<Icon size={20} aria-hidden />}
              active={to === '/' ? pathname === '/' : pathname.startsWith(to)}
              onClick={close}
              fw={500}
            />
          ))}
          <Box hiddenFrom="sm" p="xs">
            <LanguageSwitch />
          </Box>
        </Stack>
        <ServerVersion />
      </AppShell.Navbar>
      <AppShell.Main id="main" bg="light-dark(#f4f7f5, #141718)">
        {!isConnected && (
          <Alert color="orange" icon={<IconWifiOff />} mb="md" role="alert">
            {t('frame.disconnected')}
          </Alert>
        )}
        <Rights user={user}>
          <Outlet />
        </Rights>
      </AppShell.Main>
    </AppShell>
  )
}
