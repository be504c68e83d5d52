import { Button, Group, Paper, Stack, Textarea, TextInput, Title } from '@mantine/core'
import { DatePickerInput } from '@mantine/dates'
import { notifications } from '@mantine/notifications'
import { useMutation } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { dateAt } from '#playlists'
import type { Campaign } from '#protocol'
import { api, queries, serverNow } from '../../server.ts'
import { Refusal } from '../../transport.ts'
import { BothVersions } from '../../ui/both-versions.tsx'
import { ErrorNotice } from '../../ui/notices.tsx'
import { UnsavedGuard } from '../../ui/unsaved-guard.tsx'
import { programmeChanged } from '../../ui/use-programme.ts'
import { HOME_ZONE } from '../../ui/when.ts'
import { type CampaignDraft, draftOfCampaign, inputOfCampaign } from './campaign-draft.ts'
import { MatrixFields } from './matrix-fields.tsx'
import { PhaseFields } from './phase-fields.tsx'

type Props = { campaign: Campaign | undefined; onDone: (saved: Campaign | undefined) => void }

/** A directive with its phases, themes and targets, to be filled in. */
export const CampaignEditor = ({ campaign, onDone }: Props) => {
  const { t } = useTranslation()
  const today = dateAt(serverNow(), HOME_ZONE)
  const [draft, setDraft] = useState(() => draftOfCampaign(campaign, today))
  const [untouched, setUntouched] = useState(draft)
  const [base, setBase] = useState(campaign)
  const [theirs, setTheirs] = useState<{ current: Campaign | undefined }>()
  const set = (change: Partial<CampaignDraft>) => setDraft((before) => ({ ...before, ...change }))
  const setDirective = (change: Partial<CampaignDraft['directive']>) =>
    set({ directive: { ...draft.directive, ...change } })
  const save = useMutation({
    mutationFn: (from: Campaign | undefined) => {
      const input = inputOfCampaign(draft)
      return from
        ? api.editCampaign(from.id, { ...input, version: from.version })
        : api.addCampaign(input)
    },
    onSuccess: async (saved) => {
      notifications.show({ message: t('campaigns.saved') })
      await programmeChanged()
      onDone(saved)
    },
    onError: async (error) => {
      if (!(error instanceof Refusal) || error.code !== 'changed-meanwhile' || !base) return
      const all = await queries.fetchQuery({
        queryKey: ['campaigns'],
        queryFn: api.campaigns,
        staleTime: 0,
      })
      setTheirs({ current: all.find(({ id }) => id === base.id) })
    },
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    save.mutate(base)
  }
  const words = (one: CampaignDraft) => ({
    [t('campaigns.name')]: one.name,
    [t('campaigns.subject')]: one.directive.subject,
    [t('campaigns.phases')]: one.phases
      .map(({ code, from, to }) => `${code}: ${from} – ${to ?? '…'}`)
      .join('\n'),
    [t('campaigns.matrix')]: one.themes
      .map(({ code, phases, target }) => `${code} [${phases.join(', ')}] ${target?.count ?? ''}`)
      .join('\n'),
  })
  const differences = () => {
    const other = words(draftOfCampaign(theirs?.current, today))
    return Object.entries(words(draft)).map(
      ([field, mine]) => [field, mine, other[field] ?? ''] as const,
    )
  }
  const { directive } = draft
  return (
    <form onSubmit={submit}>
      <UnsavedGuard isChanged={JSON.stringify(draft) !== JSON.stringify(untouched)} part="edit" />
      <Stack>
        <Paper withBorder p="md">
          <Stack gap="sm">
            <Title order={2} size="h4">
              {t('campaigns.directive')}
            </Title>
            <TextInput
              label={t('campaigns.name')}
              placeholder={directive.subject}
              maxLength={300}
              value={draft.name}
              onChange={(event) => set({ name: event.currentTarget.value })}
            />
            <TextInput
              label={t('campaigns.issuer')}
              required
              value={directive.issuer}
              onChange={(event) => setDirective({ issuer: event.currentTarget.value })}
            />
            <Group grow align="flex-start">
              <TextInput
                label={t('campaigns.number')}
                placeholder={t('campaigns.blank')}
                value={directive.number ?? ''}
                onChange={(event) => setDirective({ number: event.currentTarget.value || null })}
              />
              <TextInput
                label={t('campaigns.symbol')}
                placeholder={t('campaigns.blank')}
                value={directive.symbol ?? ''}
                onChange={(event) => setDirective({ symbol: event.currentTarget.value || null })}
              />
              <DatePickerInput
                label={t('campaigns.date')}
                placeholder={t('campaigns.blank')}
                valueFormat="DD/MM/YYYY"
                clearable
                value={directive.date}
                onChange={(date) => setDirective({ date })}
              />
            </Group>
            <Textarea
              label={t('campaigns.subject')}
              required
              autosize
              value={directive.subject}
              onChange={(event) => setDirective({ subject: event.currentTarget.value })}
            />
            <Textarea
              label={t('campaigns.basis')}
              description={t('campaigns.basisHint')}
              autosize
              minRows={2}
              value={directive.basis.join('\n')}
              onChange={(event) => setDirective({ basis: event.currentTarget.value.split('\n') })}
            />
          </Stack>
        </Paper>
        <PhaseFields draft={draft} onChange={set} />
        <MatrixFields draft={draft} onChange={set} />
        {theirs && (
          <BothVersions
            rows={differences()}
            isRemoved={theirs.current === undefined}
            onKeepMine={() => {
              setBase(theirs.current)
              setTheirs(undefined)
              save.mutate(theirs.current)
            }}
            onTakeTheirs={() => {
              setBase(theirs.current)
              setDraft(draftOfCampaign(theirs.current, today))
              setUntouched(draftOfCampaign(theirs.current, today))
              setTheirs(undefined)
              save.reset()
            }}
          />
        )}
        {save.error && !theirs && <ErrorNotice error={save.error} />}
        <Group>
          <Button type="submit" loading={save.isPending}>
            {t('campaigns.save')}
          </Button>
          <Button variant="default" onClick={() => onDone(undefined)}>
            {t('campaigns.cancel')}
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
