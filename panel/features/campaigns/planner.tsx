import { Alert, Button, Group, Paper, Progress, Stack, Text } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { IconCircleCheck, IconWand } from '@tabler/icons-react'
import { useMutation } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import type { AreaId, Campaign, Proposal } from '#protocol'
import { AreaPicker } from '../../frame/area-picker.tsx'
import { api } from '../../server.ts'
import { ErrorNotice } from '../../ui/notices.tsx'
import { takeAwayPlaylist, takeAwaySchedule } from '../../ui/take-away.ts'
import { ThemeChip } from '../../ui/theme-chip.tsx'
import { rememberStep } from '../../ui/undo.ts'
import { programmeChanged } from '../../ui/use-programme.ts'
import { Lack } from './lack.tsx'
import type { CampaignSearch } from './search.ts'
import { SessionsTable } from './sessions-table.tsx'
import { WeekPicker, weekOf } from './week-picker.tsx'

type Props = {
  campaign: Campaign
  search: CampaignSearch
  go: (change: CampaignSearch) => void
}

/** A rotation that meets the targets as far as it can, to be taken into the draft or left. */
export const Planner = ({ campaign, search, go }: Props) => {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const week = weekOf(search.week)
  const propose = useMutation({
    mutationFn: (areaId: AreaId) => api.propose(campaign.id, areaId, week),
  })
  const accept = useMutation({
    mutationFn: (proposal: Proposal) => api.acceptProposal(campaign.id, proposal),
    onSuccess: async ({ scheduleIds, playlistIds }, { areaId }) => {
      rememberStep({
        what: t('schedule.undo.copied'),
        takeBack: async () => {
          for (const id of scheduleIds) await takeAwaySchedule(id)
          for (const id of playlistIds) await takeAwayPlaylist(id)
        },
      })
      notifications.show({ message: t('campaigns.accepted', { count: scheduleIds.length }) })
      await programmeChanged()
      void navigate({ to: '/schedule', search: { areaId, date: week } as never })
    },
  })
  const proposal = propose.data
  return (
    <Stack>
      <Text size="sm" c="dimmed">
        {t('campaigns.proposeHint')}
      </Text>
      <Group>
        <WeekPicker
          week={week}
          onChange={(to) => {
            propose.reset()
            go({ week: to })
          }}
        />
        <AreaPicker
          value={search.areaId}
          onChange={(areaId) => {
            propose.reset()
            go({ areaId })
          }}
        />
        <Button
          leftSection={<IconWand size={18} />}
          loading={propose.isPending}
          disabled={!search.areaId}
          onClick={() => search.areaId && propose.mutate(search.areaId)}
        >
          {t('campaigns.propose')}
        </Button>
        {!search.areaId && <Text size="sm">{t('campaigns.pickArea')}</Text>}
      </Group>
      {propose.error && <ErrorNotice error={propose.error} />}
      {proposal && (
        <Paper withBorder p="md">
          <Stack>
            {proposal.shortfalls.length > 0 ? (
              <Alert color="orange">
                <Stack gap={4}>
                  <Text fw={600}>{t('campaigns.shortfalls')}</Text>
                  {proposal.shortfalls.map(({ theme, ...lack }) => (
                    <Group key={`${theme.id} ${lack.per}`} gap="xs">
                      <ThemeChip code={theme.code} name={theme.name} />
                      <Lack areaId={proposal.areaId} {...lack} />
                    </Group>
                  ))}
                </Stack>
              </Alert>
            ) : (
              <Text size="sm" c="light-dark(#0b6e58, #6cbca8)">
                <IconCircleCheck size={16} aria-hidden style={{ verticalAlign: '-3px' }} />{' '}
                {t('campaigns.noShortfall')}
              </Text>
            )}
            <Group gap="lg">
              {proposal.targets.map(({ theme, per, asked, planned }) => (
                <Stack key={`${theme.id} ${per}`} gap={2} w={110}>
                  <Group gap={6}>
                    <ThemeChip code={theme.code} name={theme.name} />
                    <Text size="sm" className="figures">
                      {t('campaigns.targetState', {
                        planned: Math.round(planned * 10) / 10,
                        asked,
                        unit: t(`campaigns.${per}`),
                      })}
                    </Text>
                  </Group>
                  <Progress
                    value={Math.min(100, (planned / asked) * 100)}
                    color={planned >= asked ? 'rice' : 'orange'}
                    aria-label={theme.name}
                  />
                </Stack>
              ))}
            </Group>
            <Text fw={600}>{t('campaigns.sessions', { count: proposal.sessions.length })}</Text>
            <SessionsTable sessions={proposal.sessions} />
            {accept.error && <ErrorNotice error={accept.error} />}
            <Button
              style={{ alignSelf: 'flex-start' }}
              disabled={proposal.sessions.length === 0}
              loading={accept.isPending}
              onClick={() => accept.mutate(proposal)}
            >
              {t('campaigns.accept')}
            </Button>
          </Stack>
        </Paper>
      )}
    </Stack>
  )
}
