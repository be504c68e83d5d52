import { Alert, Button, Group, MultiSelect, Select, Stack, TextInput } from '@mantine/core'
import { DatePickerInput } from '@mantine/dates'
import type { FormEvent } from 'react'
import { useTranslation } from 'react-i18next'
import { type Asset, Language, type Theme, ThemeId } from '#protocol'
import { BothVersions } from '../../ui/both-versions.tsx'
import { ErrorNotice } from '../../ui/notices.tsx'
import { dateTime, HOME_ZONE } from '../../ui/when.ts'
import { useAssetWords } from './asset-words.ts'
import { useAirEffect } from './use-air-effect.ts'
import type { AssetEditing } from './use-save-asset.ts'

type Props = { asset: Asset; themes: readonly Theme[]; editing: AssetEditing }

/** What saving takes off the air: an approval does not hold for what was not read. */
const Reopens = ({ asset }: { asset: Asset }) => {
  const { t } = useTranslation()
  const { data } = useAirEffect(asset, 'withdrawn')
  const zone = data?.areas[0]?.timeZone ?? HOME_ZONE
  return (
    <Alert color="orange">
      {data?.firstAt
        ? t('approval.editTakes', { count: data.devices, time: dateTime(data.firstAt, zone) })
        : t('library.reopen')}
    </Alert>
  )
}

/** What is said about an asset: its name, themes, language and the days on which it may be played. */
export const AssetForm = ({ asset, themes, editing }: Props) => {
  const { t } = useTranslation()
  const words = useAssetWords(themes)
  const { draft, set, isChanged, theirs } = editing
  const reopens = isChanged && asset.approval.state === 'approved'
  const submit = (event: FormEvent) => {
    event.preventDefault()
    editing.save()
  }
  const differences = (other: Asset) => {
    const said = new Map(words(other))
    return words(draft).map(([field, mine]) => [field, mine, said.get(field) ?? ''] as const)
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
        {reopens && <Reopens asset={asset} />}
        {theirs && (
          <BothVersions
            rows={differences(theirs)}
            isRemoved={false}
            onKeepMine={editing.keepMine}
            onTakeTheirs={editing.takeTheirs}
          />
        )}
        {editing.error && <ErrorNotice error={editing.error} />}
        <Group>
          <Button
            type="submit"
            variant="light"
            disabled={!isChanged}
            loading={editing.isPending}
            style={{ flex: 1 }}
          >
            {t('library.save')}
          </Button>
          {isChanged && (
            <Button variant="default" onClick={editing.discard}>
              {t('unsaved.discard')}
            </Button>
          )}
        </Group>
      </Stack>
    </form>
  )
}
