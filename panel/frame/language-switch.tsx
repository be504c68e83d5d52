import { SegmentedControl } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { Lang } from '#protocol'
import { setLang } from '../i18n/index.ts'

export const LanguageSwitch = () => {
  const { t, i18n } = useTranslation()
  return (
    <SegmentedControl
      size="xs"
      aria-label={t('frame.language')}
      value={i18n.language}
      onChange={(lang) => void setLang(Lang.parse(lang))}
      data={[
        { value: 'vi', label: 'Tiếng Việt' },
        { value: 'en', label: 'English' },
      ]}
    />
  )
}
