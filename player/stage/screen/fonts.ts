import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

const require = createRequire(import.meta.url)

/** Pieces of the typefaces, by the letters that they hold: stacked Vietnamese marks are in the first. */
const PIECES: readonly { family: string; pack: string; subset: string; range: string }[] = [
  {
    family: 'Be Vietnam Pro',
    pack: 'be-vietnam-pro',
    subset: 'vietnamese',
    range:
      'U+0102-0103,U+0110-0111,U+0128-0129,U+0168-0169,U+01A0-01A1,U+01AF-01B0,U+0300-0301,U+0303-0304,U+0308-0309,U+0323,U+0329,U+1EA0-1EF9,U+20AB',
  },
  {
    family: 'Be Vietnam Pro',
    pack: 'be-vietnam-pro',
    subset: 'latin',
    range:
      'U+0000-00FF,U+0131,U+0152-0153,U+02BB-02BC,U+02C6,U+02DA,U+02DC,U+2000-200B,U+200E-206F,U+2074,U+20AC,U+2122,U+2191,U+2193,U+2212,U+2215,U+FEFF,U+FFFD',
  },
  {
    family: 'Noto Sans Khmer',
    pack: 'noto-sans-khmer',
    subset: 'khmer',
    range: 'U+1780-17FF,U+19E0-19FF,U+200C-200D,U+25CC',
  },
]
const WEIGHTS = [400, 700]

/**
 * Style sheet that carries the typefaces within itself: a bulletin is a page without an origin, and
 * can load no file. Nothing of what the box has installed is needed.
 */
export const fontSheet = (): string => {
  const faces = PIECES.flatMap(({ family, pack, subset, range }) => {
    const files = join(dirname(require.resolve(`@fontsource/${pack}/package.json`)), 'files')
    return WEIGHTS.map((weight) => {
      const bytes = readFileSync(join(files, `${pack}-${subset}-${weight}-normal.woff2`))
      const source = `url(data:font/woff2;base64,${bytes.toString('base64')})`
      return `@font-face{font-family:'${family}';font-weight:${weight};src:${source};unicode-range:${range}}`
    })
  })
  return `<style>${faces.join('')}</style>`
}
