import { useTranslation } from 'react-i18next'
import type { Asset, Theme } from '#protocol'
import { dayOf } from '../../ui/when.ts'

export type Said = Pick<Asset, 'title' | 'language' | 'themeIds' | 'validFrom' | 'validTo'>

/** What is said of an asset, field by field in words: to set two versions beside each other. */
export const useAssetWords = (themes: readonly Theme[]) => {
  const { t } = useTranslation()
  const day = (date: string | null) => (date ? dayOf(date) : '…')
  return (one: Said): (readonly [string, string])[] => [
    [t('library.name'), one.title],
    [
      t('library.themes'),
      one.themeIds
        .map((id) => themes.find((theme) => theme.id === id))
        .map((theme) => (theme ? `${theme.code} ${theme.name}` : '?'))
        .join('\n'),
    ],
    [t('library.language'), t(`library.languages.${one.language}`)],
    [
      t('library.validity'),
      one.validFrom || one.validTo ? `${day(one.validFrom)} – ${day(one.validTo)}` : '–',
    ],
  ]
}
