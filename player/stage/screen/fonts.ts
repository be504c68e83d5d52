import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

/** Pieces of the typeface, by the letters that they hold: stacked Vietnamese marks are in the first. */
const SUBSETS: Readonly<Record<string, string>> = {
  vietnamese:
    'U+0102-0103,U+0110-0111,U+0128-0129,U+0168-0169,U+01A0-01A1,U+01AF-01B0,U+0300-0301,U+0303-0304,U+0308-0309,U+0323,U+0329,U+1EA0-1EF9,U+20AB',
  latin:
    'U+0000-00FF,U+0131,U+0152-0153,U+02BB-02BC,U+02C6,U+02DA,U+02DC,U+2000-206F,U+2074,U+20AC,U+2122,U+2191,U+2193,U+2212,U+2215,U+FEFF,U+FFFD',
}
const WEIGHTS = [400, 700]

/**
 * Style sheet that carries Be Vietnam Pro within itself: a bulletin is a page without an origin, and
 * can load no file.
 */
export const fontSheet = (): string => {
  const files = join(
    dirname(createRequire(import.meta.url).resolve('@fontsource/be-vietnam-pro/package.json')),
    'files',
  )
  const faces = WEIGHTS.flatMap((weight) =>
    Object.entries(SUBSETS).map(([subset, range]) => {
      const name = `be-vietnam-pro-${subset}-${weight}-normal.woff2`
      const bytes = readFileSync(join(files, name)).toString('base64')
      return `@font-face{font-family:'Be Vietnam Pro';font-weight:${weight};src:url(data:font/woff2;base64,${bytes});unicode-range:${range}}`
    }),
  )
  return `<style>${faces.join('')}</style>`
}
