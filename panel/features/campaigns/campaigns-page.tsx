import { Badge, Button, Group, Paper, Stack, Text, Title } from '@mantine/core'
import { IconFlag, IconPlus } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { dateAt } from '#playlists'
import type { Campaign } from '#protocol'
import { serverNow } from '../../server.ts'
import { Empty, ErrorNotice, Loading } from '../../ui/notices.tsx'
import { ThemeChip } from '../../ui/theme-chip.tsx'
import { useCampaigns } from '../../ui/use-themes.ts'
import { dayOf, HOME_ZONE } from '../../ui/when.ts'

/** Where a campaign stands on a day. */
const useStanding = () => {
  const { t } = useTranslation()
  return ({ phases }: Campaign): string => {
    const today = dateAt(serverNow(), HOME_ZONE)
    const running = phases.find(({ from, to }) => from <= today && (to === null || today <= to))
    if (running) return t('campaigns.running', { phase: running.name })
    return phases.some(({ from }) => from > today) ? t('campaigns.notStarted') : t('campaigns.over')
  }
}

/** The directives that are being carried out. */
export const CampaignsPage = () => {
  const { t } = useTranslation()
  const standing = useStanding()
  const { data, error, isPending, refetch } = useCampaigns()
  return (
    <Stack>
      <Group justify="space-between">
        <Title order={1} size="h2">
          {t('campaigns.title')}
        </Title>
        <Button
          leftSection={<IconPlus size={18} />}
          renderRoot={(props) => <Link {...props} to="/campaigns/$id" params={{ id: 'new' }} />}
        >
          {t('campaigns.add')}
        </Button>
      </Group>
      {isPending && <Loading />}
      {error && <ErrorNotice error={error} onRetry={() => void refetch()} />}
      {data?.length === 0 && (
        <Empty
          icon={<IconFlag size={40} stroke={1.5} />}
          title={t('campaigns.empty')}
          hint={t('campaigns.emptyHint')}
        />
      )}
      {data?.map((campaign) => (
        <Paper
          key={campaign.id}
          withBorder
          p="md"
          style={{ textDecoration: 'none', color: 'inherit' }}
          renderRoot={(props) => (
            <Link {...props} to="/campaigns/$id" params={{ id: campaign.id }} />
          )}
        >
          <Stack gap={6}>
            <Title order={2} size="h4">
              {campaign.name}
            </Title>
            <Text size="sm" c="dimmed">
              {campaign.directive.issuer}
              {campaign.directive.date ? ` · ${dayOf(campaign.directive.date)}` : ''}
            </Text>
            <Group gap="xs">
              <Badge variant="light" tt="none">
                {standing(campaign)}
              </Badge>
              <Group gap={4}>
                {campaign.themes.map(({ id, code, name }) => (
                  <ThemeChip key={id} code={code} name={name} />
                ))}
              </Group>
            </Group>
          </Stack>
        </Paper>
      ))}
    </Stack>
  )
}
