import { Group, Paper, Stack, Text } from '@mantine/core'
import { IconCircleCheck } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import type { Campaign } from '#protocol'
import { api } from '../../server.ts'
import { Empty, ErrorNotice, Loading } from '../../ui/notices.tsx'
import { ThemeChip } from '../../ui/theme-chip.tsx'
import { Lack } from './lack.tsx'
import type { CampaignSearch } from './search.ts'
import { SessionsTable } from './sessions-table.tsx'
import { WeekPicker, weekOf } from './week-picker.tsx'

type Props = {
  campaign: Campaign
  search: CampaignSearch
  go: (change: CampaignSearch) => void
}

/** Plays that were missed in a week, and the free time in which they could be made good. */
export const MakeGoods = ({ campaign, search, go }: Props) => {
  const { t } = useTranslation()
  const week = weekOf(search.week)
  const { data, error, isPending, refetch } = useQuery({
    queryKey: ['coverage', 'make-goods', campaign.id, week],
    queryFn: () => api.makeGoods(campaign.id, week, undefined),
  })
  return (
    <Stack>
      <WeekPicker week={week} onChange={(to) => go({ week: to })} />
      {isPending && <Loading />}
      {error && <ErrorNotice error={error} onRetry={() => void refetch()} />}
      {data?.length === 0 && (
        <Empty
          icon={<IconCircleCheck size={40} stroke={1.5} />}
          title={t('campaigns.noMakeGood')}
          hint=""
        />
      )}
      {data?.map(({ theme, areaId, area, missedPlays, devices, sessions, reason }) => (
        <Paper key={`${theme.id} ${areaId}`} withBorder p="md">
          <Group gap="xs" mb="xs">
            <ThemeChip code={theme.code} name={theme.name} />
            <Text fw={600}>{t('campaigns.missed', { count: missedPlays })}</Text>
            <Text size="sm" c="dimmed">
              {t('campaigns.missedWhere', { area, devices })}
            </Text>
          </Group>
          {sessions.length > 0 && (
            <>
              <Text size="sm" c="dimmed">
                {t('campaigns.makeGood')}
              </Text>
              <SessionsTable sessions={sessions} />
            </>
          )}
          {reason !== null && (
            <Lack
              reason={reason}
              areaId={areaId}
              missing={missedPlays - sessions.flatMap(({ items }) => items).length}
              per="plays"
            />
          )}
        </Paper>
      ))}
    </Stack>
  )
}
