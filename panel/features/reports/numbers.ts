import { useTranslation } from 'react-i18next'
import type { Tally } from '#protocol'

/** Numbers as the reader writes them: 12.430 and 97,2 %. */
export const useNumbers = () => {
  const { i18n } = useTranslation()
  const locale = i18n.language === 'en' ? 'en-GB' : 'vi-VN'
  const whole = new Intl.NumberFormat(locale)
  const part = new Intl.NumberFormat(locale, { maximumFractionDigits: 1, minimumFractionDigits: 1 })
  return {
    count: (value: number): string => whole.format(value),
    share: (value: number | null): string =>
      value === null ? '–' : `${part.format(value * 100)} %`,
  }
}

/** Which part of the plan was delivered whole; null where nothing was planned. */
export const shareOf = ({ planned, delivered }: Pick<Tally, 'planned' | 'delivered'>) =>
  planned === 0 ? null : delivered / planned

/** How a share is shaded: the words in the cell say the same. */
export const shadeOf = (share: number | null): string => {
  if (share === null) return 'transparent'
  if (share >= 0.98) return 'light-dark(#dff3ec, #12382e)'
  if (share >= 0.9) return 'light-dark(#f0f6dc, #2f3714)'
  if (share >= 0.7) return 'light-dark(#fdf0cf, #43340f)'
  return 'light-dark(#fbdfda, #4a1f1a)'
}
