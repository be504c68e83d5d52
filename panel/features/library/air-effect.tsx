import { List, Stack, Text } from '@mantine/core'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { AirEffect } from '#protocol'
import { dateTime, HOME_ZONE } from '../../ui/when.ts'

const MOST_SHOWN = 8

const Names = ({
  title,
  rows,
}: {
  title: string
  rows: readonly (readonly [string, string])[]
}) => {
  const { t } = useTranslation()
  if (rows.length === 0) return null
  return (
    <Stack gap={2}>
      <Text size="sm" fw={600}>
        {title}
      </Text>
      <List size="sm" spacing={2}>
        {rows.slice(0, MOST_SHOWN).map(([key, words]) => (
          <List.Item key={key}>{words}</List.Item>
        ))}
      </List>
      {rows.length > MOST_SHOWN && (
        <Text size="sm" c="dimmed">
          {t('approval.more', { count: rows.length - MOST_SHOWN })}
        </Text>
      )}
    </Stack>
  )
}

type Props = { effect: AirEffect; verdict: 'approved' | 'withdrawn'; children?: ReactNode }

/** What a verdict changes on air: how many devices, from when on, where, and what plays it. */
export const AirEffectWords = ({ effect, verdict }: Props) => {
  const { t } = useTranslation()
  const { devices, firstAt, areas, schedules, playlists, stations, relays } = effect
  const zone = areas[0]?.timeZone ?? HOME_ZONE
  const isAdded = verdict === 'approved'
  const elsewhere = devices - areas.reduce((sum, area) => sum + area.devices, 0)
  const where: (readonly [string, string])[] = areas.map((area) => [
    area.areaId,
    `${area.path.slice(-2).join(' › ')}: ${t('approval.devicesFrom', {
      count: area.devices,
      time: dateTime(area.firstAt, area.timeZone),
    })}`,
  ])
  if (elsewhere > 0) where.push(['elsewhere', t('approval.elsewhere', { count: elsewhere })])
  return (
    <Stack gap="xs" data-air-effect={devices}>
      <Text size="sm" fw={600}>
        {firstAt === null
          ? t(isAdded ? 'approval.putsNothing' : 'approval.takesNothing')
          : t(isAdded ? 'approval.puts' : 'approval.takes', {
              count: devices,
              time: dateTime(firstAt, zone),
            })}
      </Text>
      <Names title={t('approval.where')} rows={where} />
      <Names
        title={t('approval.schedules')}
        rows={schedules.map(({ id, name, nextAt, timeZone }) => [
          id,
          `${name}: ${
            nextAt === null
              ? t('approval.noNext')
              : t('approval.nextAt', { time: dateTime(nextAt, timeZone) })
          }`,
        ])}
      />
      <Names title={t('approval.playlists')} rows={playlists.map(({ id, name }) => [id, name])} />
      <Names
        title={t('approval.stations')}
        rows={stations.map(({ areaId, name }) => [areaId, name])}
      />
      <Names title={t('approval.relays')} rows={relays.map(({ id, title }) => [id, title])} />
    </Stack>
  )
}
