import { Button, Group, Text } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { isSameTime } from '#protocol'
import { TimeField } from './time-field.tsx'

type Times = { startTime: string; endTime: string }

/** From when to when. An end that equals the start is asked about: it may be a whole day or a slip. */
export const TimePair = (props: {
  value: Times
  labels: { from: string; to: string }
  /** Only for those who cannot see: the labels stand in the row above. */
  isCompact?: boolean
  isReadOnly?: boolean
  onChange: (change: Partial<Times>) => void
}) => {
  const { value, labels, isCompact = false, isReadOnly = false, onChange } = props
  const { t } = useTranslation()
  const isSame = isSameTime(value)
  const field = (part: keyof Times, label: string) => (
    <TimeField
      {...(isCompact ? { 'aria-label': label, size: 'xs', w: 74 } : { label, w: 84 })}
      aria-invalid={isSame && part === 'endTime'}
      value={value[part]}
      onChange={(time) => onChange({ [part]: time })}
    />
  )
  return (
    <>
      {field('startTime', labels.from)}
      {field('endTime', labels.to)}
      {isSame && (
        <Group gap="xs" role="alert">
          <Text size="sm" c="light-dark(#b3261e, #ff8a80)">
            {t('time.wholeDayQuestion')}
          </Text>
          {!isReadOnly && (
            <Button
              size="compact-sm"
              variant="light"
              onClick={() => onChange({ startTime: '00:00', endTime: '24:00' })}
            >
              {t('time.wholeDay')}
            </Button>
          )}
        </Group>
      )}
    </>
  )
}
