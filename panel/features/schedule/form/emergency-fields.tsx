import { Alert, Checkbox, Stack, Switch, Text, Textarea } from '@mantine/core'
import { IconUrgent } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import type { Draft } from './draft.ts'

type Props = {
  value: Draft
  isReadOnly: boolean
  onChange: (change: Partial<Draft>) => void
}

/** The highest class, apart from the others and red: what it does, and why it is needed. */
export const EmergencyFields = ({ value, isReadOnly, onChange }: Props) => {
  const { t } = useTranslation()
  const isEmergency = value.priority === 'emergency'
  return (
    <Alert
      color="red"
      variant={isEmergency ? 'light' : 'outline'}
      icon={<IconUrgent aria-hidden />}
      role="group"
      aria-label={t('schedule.priority.emergency')}
    >
      <Stack gap="xs">
        <Switch
          color="red"
          label={t('scheduleForm.emergency.switch')}
          checked={isEmergency}
          disabled={isReadOnly}
          onChange={(event) =>
            onChange(
              event.currentTarget.checked
                ? { priority: 'emergency', exception: value.exception ?? { reason: '' } }
                : { priority: 'normal', exception: null },
            )
          }
        />
        <Text size="sm">{t('scheduleForm.emergency.about')}</Text>
        {isEmergency && (
          <Textarea
            label={t('scheduleForm.emergency.reason')}
            description={t('scheduleForm.emergency.reasonHint')}
            required
            readOnly={isReadOnly}
            autosize
            minRows={2}
            maxLength={500}
            value={value.exception?.reason ?? ''}
            onChange={(event) => onChange({ exception: { reason: event.currentTarget.value } })}
          />
        )}
      </Stack>
    </Alert>
  )
}

type ConfirmProps = {
  devices: number | undefined
  interrupts: readonly string[]
  inQuietHours: boolean
  isConfirmed: boolean
  onChange: (isConfirmed: boolean) => void
}

/** Asks a first time, before an emergency is saved; publishing it asks again. */
export const EmergencyConfirm = (props: ConfirmProps) => {
  const { t } = useTranslation()
  const { devices, interrupts, inQuietHours, isConfirmed, onChange } = props
  const sentence = [
    t('scheduleForm.emergency.confirm', { count: devices ?? 0 }),
    interrupts.length > 0 && t('publishing.statement.interrupts', { names: interrupts.join(', ') }),
    inQuietHours && t('publishing.statement.inQuietHours'),
  ]
  return (
    <Alert color="red" variant="light" role="group" aria-label={t('scheduleForm.emergency.ask')}>
      <Checkbox
        color="red"
        data-confirm-emergency
        label={sentence.filter(Boolean).join(' ')}
        disabled={devices === undefined}
        checked={isConfirmed}
        onChange={(event) => onChange(event.currentTarget.checked)}
      />
    </Alert>
  )
}
