import { Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import type { AreaId } from '#protocol'
import { AreaPicker } from '../../../frame/area-picker.tsx'
import { api } from '../../../server.ts'
import { ErrorNotice, Loading } from '../../../ui/notices.tsx'
import { useAreas } from '../../../ui/use-programme.ts'
import { PolicyForm } from './policy-form.tsx'

const route = getRouteApi('/schedule/policy')

/** What an area lays down: when it may be on air, for how long, how loud, with which tunes. */
export const PolicyPage = () => {
  const { t } = useTranslation()
  const search = route.useSearch() as { areaId?: AreaId }
  const navigate = route.useNavigate()
  const { data: areas } = useAreas()
  const area = areas?.find(({ id }) => id === search.areaId) ?? areas?.[0]
  const policy = useQuery({
    queryKey: ['policy', area?.id],
    queryFn: () => api.policy(area?.id as AreaId),
    enabled: area !== undefined,
  })
  return (
    <Stack maw={980}>
      <Text size="sm" c="dimmed">
        {t('policy.hint')}
      </Text>
      <AreaPicker
        value={area?.id}
        onChange={(areaId) => void navigate({ search: { areaId } as never })}
      />
      {policy.isPending && <Loading />}
      {policy.error && <ErrorNotice error={policy.error} onRetry={() => void policy.refetch()} />}
      {area && policy.data && <PolicyForm key={area.id} area={area} policy={policy.data} />}
    </Stack>
  )
}
