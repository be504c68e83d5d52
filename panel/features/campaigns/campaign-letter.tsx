import {
  Anchor,
  Button,
  FileButton,
  Group,
  List,
  Paper,
  SimpleGrid,
  Stack,
  Table,
  Text,
  Title,
} from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { IconCheck, IconFileText, IconPaperclip, IconPencil } from '@tabler/icons-react'
import { useMutation } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import type { Campaign } from '#protocol'
import { api, queries } from '../../server.ts'
import { Facts } from '../../ui/facts.tsx'
import { ErrorNotice } from '../../ui/notices.tsx'
import { ThemeChip } from '../../ui/theme-chip.tsx'
import { dayOf } from '../../ui/when.ts'

/** The directive as the letter has it, and its matrix of themes and phases. */
export const CampaignLetter = ({
  campaign,
  onEdit,
}: {
  campaign: Campaign
  onEdit: () => void
}) => {
  const { t } = useTranslation()
  const { directive, document: letter } = campaign
  const attach = useMutation({
    mutationFn: (file: File) => api.attachLetter(campaign.id, file),
    onSuccess: async (_, file) => {
      notifications.show({ message: t('campaigns.attached', { name: file.name }) })
      await queries.invalidateQueries({ queryKey: ['campaigns'] })
    },
  })
  return (
    <Stack>
      <SimpleGrid cols={{ base: 1, md: 2 }}>
        <Paper withBorder p="md">
          <Stack gap="xs">
            <Title order={2} size="h4">
              {t('campaigns.directive')}
            </Title>
            <Facts
              rows={[
                [t('campaigns.issuer'), directive.issuer],
                [t('campaigns.number'), directive.number ?? t('campaigns.blank')],
                [t('campaigns.symbol'), directive.symbol ?? t('campaigns.blank')],
                [
                  t('campaigns.date'),
                  directive.date ? dayOf(directive.date) : t('campaigns.blank'),
                ],
                [t('campaigns.subject'), directive.subject],
                [
                  t('campaigns.letter'),
                  <Group key="letter" gap="xs">
                    {letter ? (
                      <Anchor href={`/media/${letter.sha256}`} target="_blank">
                        <IconFileText size={16} aria-hidden style={{ verticalAlign: '-3px' }} />{' '}
                        {letter.name}
                      </Anchor>
                    ) : (
                      t('campaigns.noLetter')
                    )}
                    <FileButton
                      onChange={(file) => file && attach.mutate(file)}
                      accept="application/pdf,image/*,.doc,.docx,.odt"
                    >
                      {(props) => (
                        <Button
                          {...props}
                          size="compact-sm"
                          variant="light"
                          loading={attach.isPending}
                          leftSection={<IconPaperclip size={14} />}
                        >
                          {t('campaigns.attach')}
                        </Button>
                      )}
                    </FileButton>
                  </Group>,
                ],
              ]}
            />
            {attach.error && <ErrorNotice error={attach.error} />}
            {directive.basis.length > 0 && (
              <>
                <Text size="sm" c="dimmed">
                  {t('campaigns.basis')}
                </Text>
                <List size="sm">
                  {directive.basis.map((line) => (
                    <List.Item key={line}>{line}</List.Item>
                  ))}
                </List>
              </>
            )}
          </Stack>
        </Paper>
        <Paper withBorder p="md">
          <Stack gap="xs">
            <Title order={2} size="h4">
              {t('campaigns.phases')}
            </Title>
            <Facts
              rows={campaign.phases.map(({ code, name, from, to }) => [
                `${code}. ${name}`,
                `${dayOf(from)} – ${to ? dayOf(to) : t('campaigns.openEnd')}`,
              ])}
            />
          </Stack>
        </Paper>
      </SimpleGrid>
      <Paper withBorder p="md">
        <Group justify="space-between" mb="xs">
          <Title order={2} size="h4">
            {t('campaigns.matrix')}
          </Title>
          <Button variant="light" leftSection={<IconPencil size={16} />} onClick={onEdit}>
            {t('campaigns.edit')}
          </Button>
        </Group>
        <Table.ScrollContainer minWidth={560} scrollAreaProps={{ viewportProps: { tabIndex: 0 } }}>
          <Table withColumnBorders>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{t('campaigns.theme')}</Table.Th>
                {campaign.phases.map(({ code }) => (
                  <Table.Th key={code} ta="center" w={110}>
                    {t('campaigns.phase', { code })}
                  </Table.Th>
                ))}
                <Table.Th ta="right" w={190}>
                  {t('campaigns.target')}
                </Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {campaign.themes.map(({ id, code, name, phases }) => (
                <Table.Tr key={id}>
                  <Table.Td>
                    <Group gap="xs" wrap="nowrap">
                      <ThemeChip code={code} />
                      <Text size="sm">{name}</Text>
                    </Group>
                  </Table.Td>
                  {campaign.phases.map((phase) => (
                    <Table.Td key={phase.code} ta="center">
                      {phases.includes(phase.code) ? (
                        <IconCheck
                          size={18}
                          aria-label={t('campaigns.active', { theme: code, phase: phase.code })}
                        />
                      ) : (
                        <Text span c="dimmed" aria-hidden>
                          –
                        </Text>
                      )}
                    </Table.Td>
                  ))}
                  <Table.Td ta="right">
                    {campaign.targets
                      .filter(({ themeId }) => themeId === id)
                      .map(({ per, count }) => `${count} ${t(`campaigns.${per}`)}`)
                      .join(', ') || t('campaigns.noTarget')}
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      </Paper>
    </Stack>
  )
}
