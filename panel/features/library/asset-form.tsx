import { Alert, Button, MultiSelect, Select, Stack, TextInput } from '@mantine/core'
import { DatePickerInput } from '@mantine/dates'
import { notifications } from '@mantine/notifications'
import { useMutation } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { type Asset, Language, type Theme, ThemeId } from '#protocol'
import { api, queries } from '../../server.ts'
import { ErrorNotice } from '../../ui/notices.tsx'

type Draft = Pick<Asset, 'title' | 'language' | 'themeIds' | 'validFrom' | 'validTo'>
type Props = { asset: Asset; themes: readonly Theme[] }

/** What is said about an asset: its name, themes, language and the days on which it may be played. */
export const AssetForm = ({ asset, themes }: Props) => {
  const { t } = useTranslation()
  const [draft, setDraft] = useState<Draft>({
    title: asset.title,
    language: asset.language,
    themeIds: asset.themeIds,
    validFrom: asset.validFrom,
    validTo: asset.validTo,
  })
  const edit = useMutation({
    mutationFn: () => api.editAsset(asset.id, draft),
    onSuccess: async (saved) => {
      queries.setQueryData(['assets', asset.id], saved)
      await queries.invalidateQueries({ queryKey: ['assets'] })
      notifications.show({ message: t('library.saved') })
    },
  })
  const set = (change: Partial<Draft>) => setDraft((before) => ({ ...before, ...change }))
  const isChanged = (Object.keys(draft) as (keyof Draft)[]).some(
    (name) => JSON.stringify(draft[name]) !== JSON.stringify(asset[name]),
  )
  const reopens = isChanged && asset.approval.state === 'approved'
  const submit = (event: FormEvent) => {
    event.preventDefault()
    edit.mutate()
  }
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <TextInput
          label={t('library.name')}
          required
          maxLength={300}
          value={draft.title}
          onChange={(event) => set({ title: event.currentTarget.value })}
        />
        <MultiSelect
          label={t('library.themes')}
          placeholder={draft.themeIds.length === 0 ? t('library.noThemes') : ''}
          data={themes.map(({ id, code, name }) => ({ value: id, label: `${code} ${name}` }))}
          value={draft.themeIds}
          onChange={(ids) => set({ themeIds: ids.map((id) => ThemeId.parse(id)) })}
          searchable
          clearable
        />
        <Select
          label={t('library.language')}
          data={Language.options.map((lang) => ({
            value: lang,
            label: t(`library.languages.${lang}`),
          }))}
          value={draft.language}
          allowDeselect={false}
          onChange={(lang) => lang && set({ language: Language.parse(lang) })}
        />
        <DatePickerInput
          type="range"
          label={t('library.validity')}
          valueFormat="DD/MM/YYYY"
          clearable
          allowSingleDateInRange
          value={[draft.validFrom, draft.validTo]}
          onChange={([validFrom, validTo]) => set({ validFrom, validTo })}
        />
        {reopens && <Alert color="orange">{t('library.reopen')}</Alert>}
        {edit.error && <ErrorNotice error={edit.error} />}
        <Button type="submit" variant="light" disabled={!isChanged} loading={edit.isPending}>
          {t('library.save')}
        </Button>
      </Stack>
    </form>
  )
}
