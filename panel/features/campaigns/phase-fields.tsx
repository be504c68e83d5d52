import { ActionIcon, Button, Group, Paper, Stack, TextInput, Title } from '@mantine/core'
import { DatePickerInput } from '@mantine/dates'
import { IconPlus, IconTrash } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { addDays } from '#playlists'
import { type CampaignDraft, newPhase } from './campaign-draft.ts'

type Props = { draft: CampaignDraft; onChange: (change: Partial<CampaignDraft>) => void }
type Phase = CampaignDraft['phases'][number]

/** The phases of a campaign, one after the other; the last may be open. */
export const PhaseFields = ({ draft, onChange }: Props) => {
  const { t } = useTranslation()
  const edit = (key: string, change: Partial<Phase>) =>
    onChange({
      phases: draft.phases.map((phase) => (phase.key === key ? { ...phase, ...change } : phase)),
    })
  const recode = (phase: Phase, code: string) =>
    onChange({
      phases: draft.phases.map((one) => (one.key === phase.key ? { ...one, code } : one)),
      themes: draft.themes.map((theme) => ({
        ...theme,
        phases: theme.phases.map((one) => (one === phase.code ? code : one)),
      })),
    })
  const remove = (phase: Phase) =>
    onChange({
      phases: draft.phases.filter(({ key }) => key !== phase.key),
      themes: draft.themes.map((theme) => ({
        ...theme,
        phases: theme.phases.filter((code) => code !== phase.code),
      })),
    })
  const add = () => {
    const last = draft.phases.at(-1)
    const from = last ? addDays(last.to ?? last.from, 1) : ''
    onChange({ phases: [...draft.phases, newPhase(String(draft.phases.length + 1), from)] })
  }
  return (
    <Paper withBorder p="md">
      <Stack gap="sm">
        <Title order={2} size="h4">
          {t('campaigns.phases')}
        </Title>
        {draft.phases.map((phase) => (
          <Group key={phase.key} align="flex-end" gap="xs">
            <TextInput
              label={t('campaigns.code')}
              required
              w={70}
              maxLength={20}
              value={phase.code}
              onChange={(event) => recode(phase, event.currentTarget.value)}
            />
            <TextInput
              label={t('campaigns.phaseName')}
              required
              style={{ flex: 1, minWidth: 220 }}
              value={phase.name}
              onChange={(event) => edit(phase.key, { name: event.currentTarget.value })}
            />
            <DatePickerInput
              label={t('campaigns.from')}
              valueFormat="DD/MM/YYYY"
              w={140}
              value={phase.from}
              onChange={(from) => from && edit(phase.key, { from })}
            />
            <DatePickerInput
              label={t('campaigns.to')}
              placeholder={t('campaigns.openEnd')}
              valueFormat="DD/MM/YYYY"
              clearable
              w={190}
              value={phase.to}
              onChange={(to) => edit(phase.key, { to })}
            />
            <ActionIcon
              variant="subtle"
              color="red"
              size={36}
              disabled={draft.phases.length === 1}
              aria-label={t('campaigns.removePhase', { code: phase.code })}
              onClick={() => remove(phase)}
            >
              <IconTrash size={18} />
            </ActionIcon>
          </Group>
        ))}
        <Button
          variant="light"
          leftSection={<IconPlus size={16} />}
          style={{ alignSelf: 'flex-start' }}
          onClick={add}
        >
          {t('campaigns.addPhase')}
        </Button>
      </Stack>
    </Paper>
  )
}
