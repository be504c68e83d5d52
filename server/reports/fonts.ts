import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

const FACES = [
  { weight: 400, style: 'normal' },
  { weight: 400, style: 'italic' },
  { weight: 700, style: 'normal' },
  { weight: 700, style: 'italic' },
] as const
/** Every face comes in pieces by script; what each holds is said by its own file, not here. */
const RANGES = {
  latin:
    'U+0000-00FF, U+0131, U+0152-0153, U+02BB-02BC, U+02C6, U+02DA, U+02DC, U+2000-206F, U+20AC, U+2122, U+2191, U+2193, U+2212, U+2215, U+FEFF, U+FFFD',
  vietnamese:
    'U+0102-0103, U+0110-0111, U+0128-0129, U+0168-0169, U+01A0-01A1, U+01AF-01B0, U+0300-0301, U+0303-0304, U+0308-0309, U+0323, U+0329, U+1EA0-1EF9, U+20AB',
} as const

const FOLDER = dirname(createRequire(import.meta.url).resolve('@fontsource/tinos/package.json'))

let known: string | undefined

/** Tinos, which has the measures of Times New Roman, as style that carries its files within. */
export const fontStyle = (): string => {
  known ??= Object.entries(RANGES)
    .flatMap(([script, range]) =>
      FACES.map(({ weight, style }) => {
        const path = join(FOLDER, `files/tinos-${script}-${weight}-${style}.woff2`)
        const bytes = readFileSync(path).toString('base64')
        return `@font-face{font-family:'Tinos';font-style:${style};font-weight:${weight};src:url(data:font/woff2;base64,${bytes}) format('woff2');unicode-range:${range}}`
      }),
    )
    .join('\n')
  return known
}
