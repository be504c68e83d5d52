import { Alert, Checkbox, Stack, Text } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import type { TFunction } from 'i18next'
import { useTranslation } from 'react-i18next'
import type { Statement } from '#protocol'
import { dateTime, HOME_ZONE } from '../../../ui/when.ts'

const named = (names: readonly string[], count: number): string =>
  names.join(', ') + (count > names.length ? ` … +${count - names.length}` : '')

/** A statement of the server as a sentence. */
const sentenceOf = (statement: Statement, t: TFunction): string => {
  if (statement.kind === 'silence') {
    const { channel, reason, areas, areaNames, devices } = statement
    const words = { count: areas, names: named(areaNames, areas), devices }
    return t(`publishing.statement.silence.${channel}.${reason}`, words)
  }
  if (statement.kind === 'looser') {
    const { area, above, field } = statement
    return t('publishing.statement.looser', { area, above, what: t(`policy.fields.${field}`) })
  }
  const { schedule, because, at, devices, inQuietHours, interrupts } = statement
  const parts = [
    t('publishing.statement.emergency', { name: schedule.name, count: devices }),
    at === null
      ? t('publishing.statement.never')
      : t('publishing.statement.at', { time: dateTime(at, HOME_ZONE) }),
    inQuietHours && t('publishing.statement.inQuietHours'),
    interrupts.length > 0 && t('publishing.statement.interrupts', { names: interrupts.join(', ') }),
    t('publishing.statement.because', { reason: because }),
  ]
  return parts.filter(Boolean).join(' ')
}

type Props = {
  statements: readonly Statement[]
  confirmed: ReadonlySet<string>
  onChange: (confirmed: Set<string>) => void
}

/** What must be confirmed sentence by sentence: nothing is published without. */
export const Statements = ({ statements, confirmed, onChange }: Props) => {
  const { t } = useTranslation()
  const set = (id: string, isConfirmed: boolean) => {
    const next = new Set(confirmed)
    if (isConfirmed) next.add(id)
    else next.delete(id)
    onChange(next)
  }
  if (statements.length === 0) return null
  return (
    <Alert
      color="red"
      variant="light"
      role="group"
      aria-label={t('publishing.statement.title')}
      icon={<IconAlertTriangle aria-hidden />}
    >
      <Stack gap="xs">
        <Text fw={600}>{t('publishing.statement.title')}</Text>
        {statements.map((statement) => (
          <Checkbox
            key={statement.id}
            data-statement={statement.kind}
            label={sentenceOf(statement, t)}
            checked={confirmed.has(statement.id)}
            onChange={(event) => set(statement.id, event.currentTarget.checked)}
          />
        ))}
      </Stack>
    </Alert>
  )
}
