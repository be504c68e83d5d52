import {
  ActionIcon,
  Button,
  Checkbox,
  Group,
  NumberInput,
  Paper,
  Select,
  Table,
  TextInput,
  Title,
  VisuallyHidden,
} from '@mantine/core'
import { IconPlus, IconTrash } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { type CampaignDraft, newTheme, type Target } from './campaign-draft.ts'

type Props = { draft: CampaignDraft; onChange: (change: Partial<CampaignDraft>) => void }
type Theme = CampaignDraft['themes'][number]

/** Which theme is active in which phase, and what is asked of it every week. */
export const MatrixFields = ({ draft, onChange }: Props) => {
  const { t } = useTranslation()
  const edit = (key: string, change: Partial<Theme>) =>
    onChange({
      themes: draft.themes.map((theme) => (theme.key === key ? { ...theme, ...change } : theme)),
    })
  const toggle = (theme: Theme, code: string, isActive: boolean) =>
    edit(theme.key, {
      phases: isActive ? [...theme.phases, code] : theme.phases.filter((one) => one !== code),
    })
  const add = () => {
    const [, major = '1', minor = '0'] =
      /^(\d+)\.(\d+)$/.exec(draft.themes.at(-1)?.code ?? '') ?? []
    const phases = draft.phases.map(({ code }) => code)
    onChange({ themes: [...draft.themes, newTheme(`${major}.${Number(minor) + 1}`, phases)] })
  }
  return (
    <Paper withBorder p="md">
      <Title order={2} size="h4" mb="xs">
        {t('campaigns.matrix')}
      </Title>
      <Table.ScrollContainer minWidth={760} scrollAreaProps={{ viewportProps: { tabIndex: 0 } }}>
        <Table>
          <Table.Thead>
            <Table.Tr>
              <Table.Th w={80}>{t('campaigns.code')}</Table.Th>
              <Table.Th>{t('campaigns.theme')}</Table.Th>
              {draft.phases.map(({ key, code }) => (
                <Table.Th key={key} ta="center" w={100}>
                  {t('campaigns.phase', { code })}
                </Table.Th>
              ))}
              <Table.Th w={210}>{t('campaigns.target')}</Table.Th>
              <Table.Th w={44}>
                <VisuallyHidden>{t('schedule.more')}</VisuallyHidden>
              </Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {draft.themes.map((theme) => (
              <Table.Tr key={theme.key}>
                <Table.Td>
                  <TextInput
                    aria-label={t('campaigns.code')}
                    required
                    value={theme.code}
                    onChange={(event) => edit(theme.key, { code: event.currentTarget.value })}
                  />
                </Table.Td>
                <Table.Td>
                  <TextInput
                    aria-label={t('campaigns.themeName', { code: theme.code })}
                    required
                    value={theme.name}
                    onChange={(event) => edit(theme.key, { name: event.currentTarget.value })}
                  />
                </Table.Td>
                {draft.phases.map(({ key, code }) => (
                  <Table.Td key={key}>
                    <Checkbox
                      aria-label={t('campaigns.active', { theme: theme.code, phase: code })}
                      checked={theme.phases.includes(code)}
                      onChange={(event) => toggle(theme, code, event.currentTarget.checked)}
                      styles={{ body: { justifyContent: 'center' } }}
                    />
                  </Table.Td>
                ))}
                <Table.Td>
                  <TargetFields
                    code={theme.code}
                    value={theme.target}
                    onChange={(target) => edit(theme.key, { target })}
                  />
                </Table.Td>
                <Table.Td>
                  <ActionIcon
                    variant="subtle"
                    color="red"
                    disabled={draft.themes.length === 1}
                    aria-label={t('campaigns.removeTheme', { code: theme.code })}
                    onClick={() =>
                      onChange({ themes: draft.themes.filter(({ key }) => key !== theme.key) })
                    }
                  >
                    <IconTrash size={18} />
                  </ActionIcon>
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      <Button variant="light" mt="sm" leftSection={<IconPlus size={16} />} onClick={add}>
        {t('campaigns.addTheme')}
      </Button>
    </Paper>
  )
}

const TargetFields = (props: {
  code: string
  value: Target | null
  onChange: (target: Target | null) => void
}) => {
  const { code, value, onChange } = props
  const { t } = useTranslation()
  return (
    <Group gap={4} wrap="nowrap">
      <NumberInput
        aria-label={t('campaigns.targetCount', { code })}
        placeholder={t('campaigns.noTarget')}
        min={1}
        max={10_000}
        value={value?.count ?? ''}
        onChange={(count) =>
          onChange(count === '' ? null : { per: value?.per ?? 'plays', count: Number(count) })
        }
        w={110}
      />
      <Select
        aria-label={t('campaigns.targetUnit', { code })}
        data={(['plays', 'minutes'] as const).map((per) => ({
          value: per,
          label: t(`campaigns.${per}`),
        }))}
        value={value?.per ?? 'plays'}
        disabled={value === null}
        allowDeselect={false}
        onChange={(per) => value && onChange({ ...value, per: per as Target['per'] })}
        w={90}
      />
    </Group>
  )
}
