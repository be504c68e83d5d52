import i18next from 'i18next'
import { initReactI18next } from 'react-i18next'
import type { Lang } from '#protocol'
import { en } from './en.ts'
import { vi, type Words } from './vi.ts'

declare module 'i18next' {
  interface CustomTypeOptions {
    resources: { translation: Words }
  }
}

const KEY = 'loabang.lang'

const remembered = (): Lang => (localStorage.getItem(KEY) === 'en' ? 'en' : 'vi')

export const startI18n = () =>
  i18next.use(initReactI18next).init({
    lng: remembered(),
    fallbackLng: 'vi',
    resources: { vi: { translation: vi }, en: { translation: en } },
    interpolation: { escapeValue: false },
  })

export const currentLang = (): Lang => (i18next.language === 'en' ? 'en' : 'vi')

export const setLang = async (lang: Lang): Promise<void> => {
  localStorage.setItem(KEY, lang)
  document.documentElement.lang = lang
  await i18next.changeLanguage(lang)
}
