import { Group, Text, UnstyledButton } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { DEVICE_STATES, type DeviceState, StateBadge } from '../../ui/device-state.tsx'

type Props = {
  counts: Readonly<Record<DeviceState, number>>
  total: number
  value: DeviceState | undefined
  onChange: (state: DeviceState | undefined) => void
}

const box = (isChosen: boolean) => ({
  border: `1px solid ${isChosen ? 'var(--mantine-primary-color-filled)' : 'var(--mantine-color-default-border)'}`,
  boxShadow: isChosen ? 'inset 0 0 0 1px var(--mantine-primary-color-filled)' : undefined,
  borderRadius: 8,
  padding: '6px 12px',
  background: 'var(--mantine-color-body)',
})

/** How many devices are in each state; pressing one shows only these. */
export const Counters = ({ counts, total, value, onChange }: Props) => {
  const { t } = useTranslation()
  return (
    <Group gap="xs" role="group" aria-label={t('onAir.counters')}>
      <UnstyledButton
        aria-pressed={value === undefined}
        onClick={() => onChange(undefined)}
        style={box(value === undefined)}
      >
        <Group gap={8}>
          <Text size="sm" fw={600}>
            {t('onAir.all')}
          </Text>
          <Text fw={700} className="figures">
            {total}
          </Text>
        </Group>
      </UnstyledButton>
      {DEVICE_STATES.map((state) => (
        <UnstyledButton
          key={state}
          aria-pressed={value === state}
          onClick={() => onChange(value === state ? undefined : state)}
          style={box(value === state)}
        >
          <Group gap={8} wrap="nowrap">
            <StateBadge state={state} />
            <Text fw={700} className="figures">
              {counts[state]}
            </Text>
          </Group>
        </UnstyledButton>
      ))}
    </Group>
  )
}
