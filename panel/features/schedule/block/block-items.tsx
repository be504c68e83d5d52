import { Button, Group, Select, Stack, Table, Text, Title } from '@mantine/core'
import { IconHelpCircle } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { type Block, DeviceId, type LocalDate, type TimelineRow, type TimeZone } from '#protocol'
import { api } from '../../../server.ts'
import { ErrorNotice, Loading } from '../../../ui/notices.tsx'
import { ThemeChip } from '../../../ui/theme-chip.tsx'
import { useAreasBelow } from '../../../ui/use-areas-below.ts'
import { useDevices } from '../../../ui/use-programme.ts'
import { length, timeOfDay } from '../../../ui/when.ts'
import { Why } from './why.tsx'

type Props = {
  row: TimelineRow
  block: Block
  date: LocalDate
  view: 'draft' | 'published'
  timeZone: TimeZone
}

/** What is heard of a block on one device, item by item, and why. */
export const BlockItems = ({ row, block, date, view, timeZone }: Props) => {
  const { t } = useTranslation()
  const { data: devices = [] } = useDevices()
  const isBelow = useAreasBelow(row.kind === 'area' ? (row.id as never) : undefined)
  const here = devices
    .map(({ device }) => device)
    .filter(({ id, areaId, channels }) =>
      row.kind === 'device' ? id === row.id : isBelow(areaId) && channels.includes(block.channel),
    )
  const [picked, setPicked] = useState<DeviceId>()
  const deviceId = picked ?? here[0]?.id
  const [askedAt, setAskedAt] = useState<number>()
  const timeline = useQuery({
    queryKey: ['timeline', 'device', deviceId, date, view],
    queryFn: () => api.deviceTimeline(deviceId as DeviceId, date, view),
    enabled: deviceId !== undefined,
  })
  const channel = timeline.data?.channels.find((one) => one.channel === block.channel)
  const entries =
    channel?.entries.filter(
      ({ from, to, because }) =>
        from < block.to &&
        block.from < to &&
        because.schedules.some(({ id }) => id === block.schedule.id),
    ) ?? []
  const withheld = channel?.withheld.filter(({ scheduleId }) => scheduleId === block.schedule.id)
  const device = here.find(({ id }) => id === deviceId)
  return (
    <Stack gap="sm">
      <Group justify="space-between" align="flex-end">
        <Title order={3} size="h5">
          {t('schedule.drawer.items')}
        </Title>
        {here.length > 1 && (
          <Select
            size="xs"
            w={260}
            searchable
            allowDeselect={false}
            aria-label={t('schedule.drawer.device')}
            data={here.map(({ id, name }) => ({ value: id, label: name }))}
            value={deviceId ?? null}
            onChange={(id) => setPicked(id ? DeviceId.parse(id) : undefined)}
          />
        )}
      </Group>
      {deviceId && device && (
        <Button
          variant="light"
          leftSection={<IconHelpCircle size={18} />}
          style={{ alignSelf: 'flex-start' }}
          onClick={() => setAskedAt(entries[0]?.from ?? block.from)}
        >
          {t('schedule.drawer.why')}
        </Button>
      )}
      {deviceId && device && askedAt !== undefined && (
        <Why
          deviceId={deviceId}
          deviceName={device.name}
          at={askedAt}
          channel={block.channel}
          timeZone={timeZone}
        />
      )}
      {withheld && withheld.length > 0 && (
        <Stack gap={2}>
          <Text size="sm" fw={600}>
            {t('schedule.drawer.withheld')}
          </Text>
          {withheld.map(({ assetId, title, reason }) => (
            <Text key={`${assetId} ${reason}`} size="sm">
              {title || block.schedule.name}: {t(`schedule.withheld.${reason}`)}
            </Text>
          ))}
        </Stack>
      )}
      {timeline.isFetching && !timeline.data && <Loading />}
      {timeline.error && <ErrorNotice error={timeline.error} />}
      {timeline.data && entries.length === 0 && (
        <Text size="sm">{t('schedule.drawer.noItems')}</Text>
      )}
      {entries.length > 0 && (
        <Table verticalSpacing={4} horizontalSpacing="xs">
          <Table.Tbody>
            {entries.slice(0, 60).map(({ from, to, item }) => (
              <Table.Tr key={`${from} ${item.assetId}`}>
                <Table.Td style={{ whiteSpace: 'nowrap' }}>{timeOfDay(from, timeZone)}</Table.Td>
                <Table.Td>
                  <Group gap={6} wrap="nowrap">
                    {item.themes.map(({ code, name }) => (
                      <ThemeChip key={code} code={code} name={name} />
                    ))}
                    <Text size="sm">{item.title}</Text>
                  </Group>
                  <Text size="xs" c="dimmed">
                    {item.approvedBy && t('schedule.drawer.approvedBy', { name: item.approvedBy })}
                  </Text>
                </Table.Td>
                <Table.Td ta="right">{length(to - from)}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
    </Stack>
  )
}
