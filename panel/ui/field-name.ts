import { useCallback } from 'react'
import { useTranslation } from 'react-i18next'
import { fields } from '../i18n/vi/fields.ts'

type Field = Exclude<keyof typeof fields, 'ordinal'>

const isKnown = (part: string): part is Field => part !== 'ordinal' && part in fields

/** A field that a refusal names, as a person finds it: “phases.1.from” is “Phase 2 › from”. */
export const useFieldName = () => {
  const { t } = useTranslation()
  return useCallback(
    (field: string): string => {
      const names: string[] = []
      for (const part of field.split('.')) {
        const last = names.at(-1)
        if (last !== undefined && /^\d+$/.test(part))
          names[names.length - 1] = t('fields.ordinal', { name: last, number: Number(part) + 1 })
        else names.push(isKnown(part) ? t(`fields.${part}`) : part)
      }
      const name = names.join(' › ')
      return name.charAt(0).toLocaleUpperCase() + name.slice(1)
    },
    [t],
  )
}
