import {
  type CSSVariablesResolver,
  createTheme,
  type MantineColorsTuple,
  MultiSelect,
  mergeThemeOverrides,
  Notification,
  Select,
} from '@mantine/core'
import { byWords } from './ui/by-words.ts'

/** The green of the mark; shade 7 on white and shade 4 on dark carry AA contrast. */
const rice: MantineColorsTuple = [
  '#e7f6f2',
  '#cfe9e2',
  '#9fd3c6',
  '#6cbca8',
  '#43a98f',
  '#2a9d80',
  '#178a6e',
  '#0b6e58',
  '#085a48',
  '#04463a',
]

const theme = createTheme({
  primaryColor: 'rice',
  primaryShade: { light: 7, dark: 6 },
  colors: { rice },
  fontFamily: "'Be Vietnam Pro', system-ui, sans-serif",
  headings: { fontFamily: "'Be Vietnam Pro', system-ui, sans-serif", fontWeight: '600' },
  fontSizes: { xs: '12px', sm: '13px', md: '14px', lg: '16px', xl: '20px' },
  defaultRadius: 'md',
  cursorType: 'pointer',
  respectReducedMotion: true,
  components: {
    // Every list that can be searched is searched alike: without diacritics.
    Select: Select.extend({ defaultProps: { filter: byWords } }),
    MultiSelect: MultiSelect.extend({ defaultProps: { filter: byWords } }),
  },
})

/** The theme, with the word that a screen reader says for what closes something. */
export const withCloseButtons = (close: string) =>
  mergeThemeOverrides(theme, {
    components: {
      Notification: Notification.extend({
        defaultProps: { closeButtonProps: { 'aria-label': close } },
      }),
    },
  })

/** Quiet words are still words: Mantine's own greys fall short of AA on our grounds. */
export const cssVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--mantine-color-dimmed': '#56606a',
    '--mantine-color-placeholder': '#5f6973',
  },
  dark: {
    '--mantine-color-dimmed': '#a9b2ba',
    '--mantine-color-placeholder': '#a0a9b1',
  },
})
