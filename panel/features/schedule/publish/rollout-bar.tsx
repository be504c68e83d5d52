import {
  Button,
  CloseButton,
  Collapse,
  Group,
  List,
  Paper,
  Progress,
  Stack,
  Text,
} from '@mantine/core'
import { IconCircleCheck } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '../../../server.ts'
import { ErrorNotice } from '../../../ui/notices.tsx'

const POLL_MS = 5_000

/** How far a publication has come, live, and who has not got it. */
export const RolloutBar = ({ number, onClose }: { number: number; onClose: () => void }) => {
  const { t } = useTranslation()
  const [isOpen, setOpen] = useState(false)
  const { data, error } = useQuery({
    queryKey: ['rollout', number],
    queryFn: () => api.rollout(number),
    // The socket tells of every step; asking now and then finds what it missed.
    refetchInterval: ({ state }) =>
      state.data && state.data.applied >= state.data.devices ? false : POLL_MS,
  })
  if (error) return <ErrorNotice error={error} />
  if (!data) return null
  const { applied, devices, missing } = data
  const isDone = applied >= devices
  return (
    <Paper withBorder px="md" py="xs" role="status" shadow="sm">
      <Stack gap={6}>
        <Group justify="space-between" wrap="nowrap">
          <Text size="sm" fw={600} className="figures" data-rollout={`${applied}/${devices}`}>
            {t('publishing.rollout', { applied, devices })}
          </Text>
          {isDone ? (
            <Text size="sm" c="light-dark(#0b6e58, #6cbca8)">
              <IconCircleCheck size={16} aria-hidden style={{ verticalAlign: '-3px' }} />{' '}
              {t('publishing.all')}
            </Text>
          ) : (
            <Button
              size="compact-sm"
              variant="subtle"
              aria-expanded={isOpen}
              onClick={() => setOpen(!isOpen)}
            >
              {t('publishing.missing', { count: devices - applied })}
            </Button>
          )}
          <CloseButton aria-label={t('close')} onClick={onClose} />
        </Group>
        <Progress
          value={devices === 0 ? 100 : (applied / devices) * 100}
          aria-label={t('publishing.rolloutLabel', { number })}
        />
        <Collapse expanded={isOpen && !isDone}>
          <List size="sm">
            {missing.map(({ name, area, online }) => (
              <List.Item key={`${area} ${name}`}>
                {name}, {area}:{' '}
                {online ? t('publishing.missingOnline') : t('publishing.missingOffline')}
              </List.Item>
            ))}
          </List>
        </Collapse>
      </Stack>
    </Paper>
  )
}
