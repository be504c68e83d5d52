import { Anchor, Button, Code, Group, Paper, SimpleGrid, Stack, Text, Title } from '@mantine/core'
import { IconArrowLeft } from '@tabler/icons-react'
import { useMutation, useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import type { DayPlan, PlayLogEntry } from '#protocol'
import { api } from '../../server.ts'
import { Facts } from '../../ui/facts.tsx'
import { ErrorNotice, Loading } from '../../ui/notices.tsx'
import { ThemeChip } from '../../ui/theme-chip.tsx'
import { exactTime, HOME_ZONE, length } from '../../ui/when.ts'
import { errorText } from '../play-log/measured.ts'
import { OutcomeMark } from '../play-log/outcome.tsx'
import { EvidencePicture } from './evidence-picture.tsx'
import { Fact, type Mark } from './fact.tsx'
import { OutputFact } from './output-fact.tsx'
import { provesPlay } from './verify-proof.ts'

const route = getRouteApi('/reports/plays/$device/$epoch/$seq')

/** Whether the plan that a record names really has its item where the record says. */
const isInPlan = ({ play }: PlayLogEntry, plan: DayPlan): boolean =>
  plan.segments.some(({ items, from, to }) => {
    const lasts = play.plannedEndAt - play.plannedStartAt
    return (
      lasts <= to - from &&
      items.some(
        ({ sha256, schedule }) => sha256 === play.asset.sha256 && schedule.id === play.scheduleId,
      )
    )
  })

const Signatures = ({ id }: { id: string }) => {
  const { t } = useTranslation()
  const check = useMutation({
    mutationFn: async () => {
      const proof = await api.playProof(id)
      return { proof, holds: await provesPlay(proof) }
    },
  })
  const mark: Mark = check.data ? (check.data.holds ? 'yes' : 'no') : 'unknown'
  const { proof, holds } = check.data ?? {}
  return (
    <Fact mark={mark} title={t('reports.play.signatures')}>
      {!proof && <Text size="sm">{t('reports.play.signaturesUnknown')}</Text>}
      {proof && holds && (
        <>
          <Text size="sm">{t('reports.play.signaturesYes', { size: proof.size })}</Text>
          <Text size="sm">
            {proof.day
              ? t('reports.play.signaturesDay', { date: proof.day.evidence.date })
              : t('reports.play.signaturesOpen')}
          </Text>
          <Code style={{ overflowWrap: 'anywhere' }}>{proof.root}</Code>
        </>
      )}
      {proof && !holds && <Text size="sm">{t('reports.play.signaturesNo')}</Text>}
      {check.error && <ErrorNotice error={check.error} />}
      <Group gap="sm">
        <Button size="xs" variant="light" loading={check.isPending} onClick={() => check.mutate()}>
          {t('reports.play.verify')}
        </Button>
        <Anchor
          size="sm"
          href={`/api/plays/${id}/proof`}
          download={`${id.replaceAll('/', '-')}.json`}
        >
          {t('reports.play.proof')}
        </Anchor>
      </Group>
    </Fact>
  )
}

const Proven = ({ entry, id }: { entry: PlayLogEntry; id: string }) => {
  const { t } = useTranslation()
  const { play, receivedAt, seq } = entry
  const plan = useQuery({
    queryKey: ['plan', play.planSha256],
    queryFn: () => api.dayPlan(play.planSha256),
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  })
  const isKnownPlan = entry.isPlanned && plan.data
  const planMark: Mark = isKnownPlan
    ? isInPlan(entry, plan.data)
      ? 'yes'
      : 'no'
    : entry.isPlanned
      ? 'unknown'
      : 'no'
  const words = { yes: 'planYes', no: 'planNo', unknown: 'planUnknown' } as const
  return (
    <SimpleGrid cols={{ base: 1, md: 2 }} spacing="sm">
      <Fact mark={planMark} title={t('reports.play.plan')}>
        <Text size="sm">{t(`reports.play.${entry.apart ?? words[planMark]}`)}</Text>
        <Code style={{ overflowWrap: 'anywhere' }}>{play.planSha256}</Code>
      </Fact>
      <Fact mark="yes" title={t('reports.play.record')}>
        <Text size="sm">
          {t('reports.play.recordYes', { seq, time: exactTime(receivedAt, HOME_ZONE) })}
        </Text>
      </Fact>
      <OutputFact play={play} />
      <Signatures id={id} />
    </SimpleGrid>
  )
}

/** One play: what was planned, what came out, and why it can be believed. */
export const PlayPage = () => {
  const { t } = useTranslation()
  const { device, epoch, seq } = route.useParams()
  const id = [device, epoch, seq].join('/')
  const { data, error, isPending } = useQuery({
    queryKey: ['play', id],
    queryFn: () => api.play(id),
  })
  const span = (from: number | null, to: number | null) =>
    from === null || to === null
      ? t('playLog.nothingCameOut')
      : `${exactTime(from, HOME_ZONE)} – ${exactTime(to, HOME_ZONE).slice(-8)}`
  return (
    <Stack gap="md">
      <Anchor component={Link} to="/reports/plays" size="sm">
        <Group gap={4}>
          <IconArrowLeft size={16} aria-hidden />
          {t('reports.play.back')}
        </Group>
      </Anchor>
      {isPending && <Loading />}
      {error && <ErrorNotice error={error} />}
      {data && (
        <>
          <Group gap="sm" align="center">
            <Title order={1} size="h2">
              {data.play.asset.title}
            </Title>
            {data.play.themes.map(({ code, name }) => (
              <ThemeChip key={code} code={code} name={name} />
            ))}
          </Group>
          <OutcomeMark play={data.play} />
          <Title order={2} size="h4">
            {t('reports.play.facts')}
          </Title>
          <Proven entry={data} id={id} />
          {data.play.measured?.kind === 'screen' && data.play.measured.picture && (
            <>
              <Title order={2} size="h4">
                {t('reports.play.picture')}
              </Title>
              <EvidencePicture
                id={id}
                title={data.play.asset.title}
                sha256={data.play.measured.picture}
              />
            </>
          )}
          <Title order={2} size="h4">
            {t('reports.play.onTime')}
          </Title>
          <Paper withBorder p="sm">
            <Facts
              rows={[
                [t('playLog.planned'), span(data.play.plannedStartAt, data.play.plannedEndAt)],
                [t('playLog.actual'), span(data.play.startAt, data.play.endAt)],
                [t('playLog.column.played'), length(data.play.playedMs)],
                [t('playLog.column.error'), errorText(data.play.startErrorMs)],
                [t('playLog.column.device'), data.play.device],
                [t('playLog.column.area'), data.play.area.path.toReversed().join(', ')],
                [t('playLog.schedule'), data.play.schedule],
                [t('playLog.approvedBy'), data.play.approvedBy],
                [t('playLog.hash'), <Code key="hash">{data.play.asset.sha256}</Code>],
                [t('playLog.record'), <Code key="id">{id}</Code>],
              ]}
            />
          </Paper>
        </>
      )}
    </Stack>
  )
}
