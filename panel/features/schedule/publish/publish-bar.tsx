import { Button, Group, Paper, Text } from '@mantine/core'
import { IconArrowRight, IconPencilExclamation } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { api } from '../../../server.ts'
import { dateTime, HOME_ZONE } from '../../../ui/when.ts'
import { ImpactDialog } from './impact-dialog.tsx'
import { RolloutBar } from './rollout-bar.tsx'

/** What is changed and not published, at the foot of every page about the programme. */
export const PublishBar = () => {
  const { t } = useTranslation()
  const search = useSearch({ strict: false }) as { impact?: boolean; rollout?: number }
  const navigate = useNavigate()
  const { data: draft } = useQuery({ queryKey: ['draft'], queryFn: api.draft })
  const count = draft?.changes.length ?? 0
  const { data: impact } = useQuery({
    queryKey: ['impact', undefined],
    queryFn: () => api.impact(undefined),
    enabled: count > 0,
  })
  const go = (change: { impact?: boolean | undefined; rollout?: number | undefined }) =>
    void navigate({
      to: '.',
      search: ((before: object) => ({ ...before, ...change })) as never,
    })
  return (
    <>
      {search.rollout !== undefined && (
        <RolloutBar number={search.rollout} onClose={() => go({ rollout: undefined })} />
      )}
      {count > 0 && (
        <Paper
          withBorder
          shadow="md"
          px="md"
          py="xs"
          pos="sticky"
          bottom={8}
          role="region"
          aria-label={t('publishing.bar')}
          style={{ zIndex: 50, borderColor: 'light-dark(#c27500, #f0b93a)' }}
        >
          <Group justify="space-between" gap="sm">
            <Group gap={8} wrap="nowrap">
              <IconPencilExclamation size={20} aria-hidden />
              <Text size="sm" fw={500}>
                {[
                  t('publishing.changes', { count }),
                  impact && t('publishing.devices', { count: impact.devices }),
                  impact?.firstChangeAt &&
                    t('publishing.earliest', { time: dateTime(impact.firstChangeAt, HOME_ZONE) }),
                ]
                  .filter(Boolean)
                  .join(' · ')}
              </Text>
            </Group>
            <Button
              size="sm"
              rightSection={<IconArrowRight size={16} />}
              onClick={() => go({ impact: true })}
            >
              {t('publishing.see')}
            </Button>
          </Group>
        </Paper>
      )}
      <ImpactDialog
        isOpen={search.impact === true}
        onClose={() => go({ impact: undefined })}
        onPublished={(number) => go({ impact: undefined, rollout: number })}
      />
    </>
  )
}
