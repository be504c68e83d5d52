import { NumberInput } from '@mantine/core'
import { useTranslation } from 'react-i18next'

/** A number that must not be passed. */
export const LimitField = (props: {
  label: string
  value: number | null
  isReadOnly: boolean
  onChange: (value: number) => void
}) => {
  const { t } = useTranslation()
  return (
    <NumberInput
      aria-label={props.label}
      placeholder={t('policy.unlimited')}
      min={0}
      max={1_440}
      disabled={props.isReadOnly}
      value={props.value ?? ''}
      onChange={(value) => value !== '' && props.onChange(Number(value))}
    />
  )
}
