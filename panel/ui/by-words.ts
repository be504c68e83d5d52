import type { OptionsFilter } from '@mantine/core'
import { matches } from './plain-text.ts'

/** Finds options as they are typed without a Vietnamese keyboard. */
export const byWords: OptionsFilter = ({ options, search }) =>
  options.filter((option) => 'label' in option && matches(option.label, search))
