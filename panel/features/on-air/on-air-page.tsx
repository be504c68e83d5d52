import { Group, SimpleGrid, Stack, Text, Title } from '@mantine/core'
import { IconSpeakerphone } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import type { AreaId, DeviceId, LiveDevice } from '#protocol'
import { AreaPicker } from '../../frame/area-picker.tsx'
import { api } from '../../server.ts'
import { DEVICE_STATES, type DeviceState, stateOf } from '../../ui/device-state.tsx'
import { Empty, ErrorNotice, Loading } from '../../ui/notices.tsx'
import { useAreasBelow } from '../../ui/use-areas-below.ts'
import { useNow } from '../../ui/use-now.ts'
import { Counters } from './counters.tsx'
import { DeviceDrawer } from './device-drawer.tsx'
import { DeviceTile } from './device-tile.tsx'

const route = getRouteApi('/')

const byArea = (devices: readonly LiveDevice[]): [AreaId, LiveDevice[]][] => {
  const groups = new Map<AreaId, LiveDevice[]>()
  for (const live of devices) {
    const group = groups.get(live.device.areaId) ?? []
    group.push(live)
    groups.set(live.device.areaId, group)
  }
  return [...groups]
}

/** What is on air now, in the communes in somebody's charge. */
export const OnAirPage = () => {
  const { t } = useTranslation()
  const { areaId, state, device: opened } = route.useSearch()
  const navigate = route.useNavigate()
  const now = useNow()
  const isBelow = useAreasBelow(areaId)
  const { data, error, isPending, refetch } = useQuery({
    queryKey: ['devices'],
    queryFn: api.devices,
  })
  const set = (change: {
    areaId?: AreaId | undefined
    state?: DeviceState | undefined
    device?: DeviceId | undefined
  }) => void navigate({ search: (before) => ({ ...before, ...change }) as never })

  const here = (data ?? []).filter(({ device }) => isBelow(device.areaId))
  const counts = Object.fromEntries(DEVICE_STATES.map((name) => [name, 0])) as Record<
    DeviceState,
    number
  >
  for (const live of here) counts[stateOf(live)] += 1
  const shown = here.filter((live) => state === undefined || stateOf(live) === state)

  return (
    <Stack gap="lg">
      <Group justify="space-between" align="center">
        <Title order={1} size="h2">
          {t('onAir.title')}
        </Title>
        <AreaPicker value={areaId} onChange={(id) => set({ areaId: id })} />
      </Group>
      {isPending && <Loading />}
      {error && <ErrorNotice error={error} onRetry={() => void refetch()} />}
      {data?.length === 0 && (
        <Empty
          icon={<IconSpeakerphone size={40} stroke={1.5} />}
          title={t('onAir.empty')}
          hint={t('onAir.emptyHint')}
        />
      )}
      {data && data.length > 0 && (
        <>
          <Counters
            counts={counts}
            total={here.length}
            value={state}
            onChange={(to) => set({ state: to })}
          />
          {shown.length === 0 && (
            <Empty
              icon={<IconSpeakerphone size={40} stroke={1.5} />}
              title={t('onAir.none')}
              hint={t('onAir.noneHint')}
            />
          )}
          {byArea(shown).map(([id, devices]) => {
            const [name, ...above] = devices[0]?.device.areaPath.toReversed() ?? []
            return (
              <Stack key={id} gap="xs" component="section">
                <Group gap={8} align="baseline">
                  <Title order={2} size="h4">
                    {name}
                  </Title>
                  <Text size="sm" c="dimmed">
                    {above.join(', ')}
                  </Text>
                </Group>
                <SimpleGrid cols={{ base: 1, xs: 2, md: 3, xl: 4 }} spacing="sm">
                  {devices.map((live) => (
                    <DeviceTile
                      key={live.device.id}
                      live={live}
                      now={now}
                      onOpen={() => set({ device: live.device.id })}
                    />
                  ))}
                </SimpleGrid>
              </Stack>
            )
          })}
        </>
      )}
      <DeviceDrawer
        live={data?.find(({ device }) => device.id === opened)}
        now={now}
        onClose={() => set({ device: undefined })}
      />
    </Stack>
  )
}
