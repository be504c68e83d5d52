import { Alert, Anchor, Stack, Tabs, Title } from '@mantine/core'
import { getRouteApi, Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import type { Campaign } from '#protocol'
import { ErrorNotice, Loading } from '../../ui/notices.tsx'
import { useCampaigns } from '../../ui/use-themes.ts'
import { PublishBar } from '../schedule/publish/publish-bar.tsx'
import { CampaignEditor } from './campaign-editor.tsx'
import { CampaignLetter } from './campaign-letter.tsx'
import { Coverage } from './coverage.tsx'
import { MakeGoods } from './make-goods.tsx'
import { Planner } from './planner.tsx'
import type { CampaignSearch } from './search.ts'

const route = getRouteApi('/campaigns/$id')
const TABS = ['matrix', 'coverage', 'planner', 'makeGoods'] as const

/** One campaign: its letter, its matrix, how far it is carried out, and what to do about it. */
export const CampaignPage = () => {
  const { t } = useTranslation()
  const { id } = route.useParams() as { id: string }
  const search = route.useSearch() as CampaignSearch
  const navigate = route.useNavigate()
  const { data, error } = useCampaigns()
  const go = (change: CampaignSearch, ignoreBlocker = false) =>
    void navigate({
      search: (before: CampaignSearch) => ({ ...before, ...change }) as never,
      ignoreBlocker,
    })
  if (error) return <ErrorNotice error={error} />
  if (!data) return <Loading />
  const campaign = data.find((one) => one.id === id)
  const back = (
    <Anchor size="sm" renderRoot={(props) => <Link {...props} to="/campaigns" />}>
      ← {t('campaigns.title')}
    </Anchor>
  )
  if (id === 'new')
    return (
      <Stack gap="sm">
        {back}
        <Title order={1} size="h2">
          {t('campaigns.add')}
        </Title>
        <CampaignEditor
          campaign={undefined}
          onDone={(saved) =>
            void navigate(
              saved
                ? {
                    ...{ to: '/campaigns/$id', params: { id: saved.id } },
                    ...{ replace: true, ignoreBlocker: true },
                  }
                : { to: '/campaigns' },
            )
          }
        />
      </Stack>
    )
  if (!campaign) return <Alert color="orange">{t('campaigns.empty')}</Alert>
  return (
    <Stack gap="sm" mih="calc(100dvh - 52px - 2 * var(--app-shell-padding))">
      {back}
      <Title order={1} size="h3">
        {campaign.name}
      </Title>
      <Tabs
        value={search.tab ?? 'matrix'}
        onChange={(tab) => go({ tab: tab as (typeof TABS)[number], edit: undefined })}
        keepMounted={false}
        style={{ flex: 1 }}
      >
        <Tabs.List aria-label={t('campaigns.tabs.label')}>
          {TABS.map((tab) => (
            <Tabs.Tab key={tab} value={tab}>
              {t(`campaigns.tabs.${tab}`)}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value="matrix" pt="md">
          <Matrix campaign={campaign} search={search} go={go} />
        </Tabs.Panel>
        <Tabs.Panel value="coverage" pt="md">
          <Coverage campaign={campaign} search={search} go={go} />
        </Tabs.Panel>
        <Tabs.Panel value="planner" pt="md">
          <Planner campaign={campaign} search={search} go={go} />
        </Tabs.Panel>
        <Tabs.Panel value="makeGoods" pt="md">
          <MakeGoods campaign={campaign} search={search} go={go} />
        </Tabs.Panel>
      </Tabs>
      <PublishBar />
    </Stack>
  )
}

const Matrix = (props: {
  campaign: Campaign
  search: CampaignSearch
  go: (change: CampaignSearch, ignoreBlocker?: boolean) => void
}) => {
  const { campaign, search, go } = props
  return search.edit ? (
    <CampaignEditor
      campaign={campaign}
      onDone={(saved) => go({ edit: undefined }, saved !== undefined)}
    />
  ) : (
    <CampaignLetter campaign={campaign} onEdit={() => go({ edit: true })} />
  )
}
