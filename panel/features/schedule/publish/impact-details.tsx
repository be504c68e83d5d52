import { Badge, Group, List, Stack, Text, Title } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Impact } from '#protocol'
import { ThemeChip } from '../../../ui/theme-chip.tsx'
import { dateTime, dayOf, HOME_ZONE, length } from '../../../ui/when.ts'
import { AreaChanges } from './area-changes.tsx'
import { InterruptionList } from './interruption-list.tsx'

const COLOURS = { added: 'rice', edited: 'blue', removed: 'red' } as const

const Part = ({ title, children }: { title: string; children: ReactNode }) => (
  <Stack gap={4}>
    <Text fw={600} size="sm" c="light-dark(#8a4b00, #f0b93a)">
      <IconAlertTriangle size={15} aria-hidden style={{ verticalAlign: '-2px' }} /> {title}
    </Text>
    <List size="sm" spacing={2} withPadding>
      {children}
    </List>
  </Stack>
)

type Props = { impact: Impact; isRestored: boolean }

/** Per area what starts, stops and moves; what is in conflict, withheld or does not fit; the targets. */
export const ImpactDetails = ({ impact, isRestored }: Props) => {
  const { t } = useTranslation()
  const at = (time: number) => dateTime(time, HOME_ZONE)
  const short = impact.targets.filter(({ devicesShort }) => devicesShort > 0)
  const met = impact.targets.length - short.length
  return (
    <Stack gap="md">
      <Text fw={600}>
        {[
          t(`publishing.${isRestored ? 'restoreChanges' : 'changes'}`, {
            count: impact.changes.length,
          }),
          t('publishing.devices', { count: impact.devices }),
          impact.firstChangeAt !== null &&
            t('publishing.earliest', { time: at(impact.firstChangeAt) }),
          t('publishing.horizon', { count: impact.days }),
        ]
          .filter(Boolean)
          .join(' · ')}
      </Text>
      <Stack gap={4} component="section">
        <Title order={2} size="h5">
          {t('publishing.list')}
        </Title>
        {impact.changes.slice(0, 100).map(({ kind, what, id, name }) => (
          <Group key={`${what} ${id}`} gap="xs" wrap="nowrap">
            <Badge color={COLOURS[kind]} variant="light" tt="none" miw={52}>
              {t(`publishing.kind.${kind}`)}
            </Badge>
            <Text size="sm">
              {t(`publishing.what.${what}`)} “{name}”
            </Text>
          </Group>
        ))}
      </Stack>
      {impact.undone.length > 0 && (
        <Part title={t('publishing.undone', { count: impact.undone.length })}>
          {impact.undone.map(({ what, id, name }) => (
            <List.Item key={`${what} ${id}`}>
              {t(`publishing.what.${what}`)} “{name}”
            </List.Item>
          ))}
        </Part>
      )}
      {impact.interruptions.length > 0 && (
        <Stack gap={4} component="section">
          <Text fw={600} size="sm" c="light-dark(#8a4b00, #f0b93a)">
            <IconAlertTriangle size={15} aria-hidden style={{ verticalAlign: '-2px' }} />{' '}
            {t('publishing.interruption.title', { count: impact.interruptions.length })}
          </Text>
          <InterruptionList interruptions={impact.interruptions} timeZone={HOME_ZONE} />
        </Stack>
      )}
      <Stack gap={4} component="section">
        <Title order={2} size="h5">
          {t('publishing.areas')}
        </Title>
        {impact.areas.length === 0 && <Text size="sm">{t('publishing.noArea')}</Text>}
        <AreaChanges areas={impact.areas} />
      </Stack>
      {impact.conflicts.length > 0 && (
        <Part title={t('publishing.conflicts', { count: impact.conflicts.length })}>
          {impact.conflicts.map((one) => (
            <List.Item key={`${one.schedule.id} ${one.other.id}`}>
              {t('publishing.conflict', {
                a: one.schedule.name,
                b: one.other.name,
                at: at(one.from),
                devices: one.devices,
                days: one.days,
              })}
            </List.Item>
          ))}
        </Part>
      )}
      {impact.withheld.length > 0 && (
        <Part title={t('publishing.withheld', { count: impact.withheld.length })}>
          {impact.withheld.slice(0, 50).map(({ withheld, days, firstDate }) => (
            <List.Item key={`${withheld.scheduleId} ${withheld.assetId} ${withheld.reason}`}>
              {t('scheduleForm.preview.withheld', {
                title: withheld.title || withheld.schedule,
                reason: t(`schedule.withheld.${withheld.reason}`),
                days,
                date: dayOf(firstDate),
              })}
            </List.Item>
          ))}
        </Part>
      )}
      {impact.misfits.length > 0 && (
        <Part title={t('publishing.misfits', { count: impact.misfits.length })}>
          {impact.misfits.map(({ schedule, kind, playlistMs, windowMs }) => (
            <List.Item key={`${schedule.id} ${kind}`}>
              {t(`publishing.${kind}`, {
                name: schedule.name,
                playlist: length(playlistMs),
                window: length(windowMs),
              })}
            </List.Item>
          ))}
        </Part>
      )}
      {impact.targets.length > 0 && (
        <Stack gap={4} component="section">
          <Title order={2} size="h5">
            {t('publishing.targets')}
          </Title>
          {met > 0 && <Text size="sm">{t('publishing.targetsMet', { count: met })}</Text>}
          {short.map(({ campaignId, theme, per, asked, planned, devicesShort }) => (
            <Group key={`${campaignId} ${theme.id} ${per}`} gap="xs">
              <ThemeChip code={theme.code} name={theme.name} />
              <Text size="sm">
                {t('publishing.targetShort', {
                  asked,
                  planned: Math.round(planned * 10) / 10,
                  unit: t(`campaigns.${per}`),
                  devices: devicesShort,
                })}
              </Text>
            </Group>
          ))}
        </Stack>
      )}
    </Stack>
  )
}
