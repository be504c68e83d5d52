import { Anchor, Code, Group, Stack, Text, Title } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import type { PlayLogEntry } from '#protocol'
import { Facts } from '../../ui/facts.tsx'
import { SideDrawer } from '../../ui/side-drawer.tsx'
import { ThemeChip } from '../../ui/theme-chip.tsx'
import { exactTime, HOME_ZONE, length } from '../../ui/when.ts'
import { errorText, measuredText } from './measured.ts'
import { OutcomeMark } from './outcome.tsx'
import { playKey } from './play-table.tsx'

const span = (from: number | null, to: number | null): string | null =>
  from === null || to === null
    ? null
    : `${exactTime(from, HOME_ZONE)} – ${exactTime(to, HOME_ZONE).slice(-8)}`

const Details = ({ entry }: { entry: PlayLogEntry }) => {
  const { t } = useTranslation()
  const { play, clock, receivedAt } = entry
  const grade = t(`onAir.clockGrade.${clock.grade}`)
  const played = length(play.playedMs)
  const planned = length(play.plannedEndAt - play.plannedStartAt)
  return (
    <Stack gap="md">
      <Title order={3} size="h4">
        {play.asset.title}
      </Title>
      <OutcomeMark play={play} />
      <Anchor component={Link} to={`/reports/plays/${playKey(entry)}`} size="sm">
        {t('playLog.page')}
      </Anchor>
      {play.themes.map(({ code, name, campaign }) => (
        <Group key={code} gap={8} wrap="nowrap" align="flex-start">
          <ThemeChip code={code} />
          <Stack gap={0}>
            <Text size="sm">{name}</Text>
            <Text size="xs" c="dimmed">
              {campaign}
            </Text>
          </Stack>
        </Group>
      ))}
      <Facts
        rows={[
          [t('playLog.planned'), span(play.plannedStartAt, play.plannedEndAt)],
          [t('playLog.actual'), span(play.startAt, play.endAt) ?? t('playLog.nothingCameOut')],
          [t('playLog.column.played'), t('playLog.ofPlanned', { played, planned })],
          [t('playLog.column.error'), errorText(play.startErrorMs)],
          [t('playLog.column.measured'), measuredText(play, t)],
          ...(play.channel === 'audio' ? [[t('playLog.volume'), `${play.volume} %`] as const] : []),
          [t('playLog.column.device'), play.device],
          [
            t('playLog.column.area'),
            `${play.area.path.toReversed().join(', ')} (${play.area.code})`,
          ],
          [t('playLog.schedule'), play.schedule],
          [t('playLog.approvedBy'), play.approvedBy],
          [
            t('playLog.clock'),
            clock.errorMs === null
              ? grade
              : t('onAir.clockError', { grade, error: Math.ceil(clock.errorMs) }),
          ],
          [t('playLog.received'), exactTime(receivedAt, HOME_ZONE)],
          [t('playLog.record'), <Code key="record">{playKey(entry)}</Code>],
          [t('playLog.hash'), <Code key="hash">{play.asset.sha256}</Code>],
          [t('playLog.plan'), <Code key="plan">{play.planSha256}</Code>],
        ]}
      />
    </Stack>
  )
}

type Props = { entry: PlayLogEntry | undefined; onClose: () => void }

export const PlayDrawer = ({ entry, onClose }: Props) => {
  const { t } = useTranslation()
  return (
    <SideDrawer
      isOpen={entry !== undefined}
      title={t('playLog.detail')}
      size="lg"
      onClose={onClose}
    >
      {entry && <Details entry={entry} />}
    </SideDrawer>
  )
}
