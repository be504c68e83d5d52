import { Group, Select, TextInput } from '@mantine/core'
import { useDebouncedCallback } from '@mantine/hooks'
import { IconSearch } from '@tabler/icons-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ApprovalState, type AssetFilter, AssetKind, type Theme, ThemeId } from '#protocol'

const SEARCH_DELAY_MS = 300

type Props = {
  value: AssetFilter
  themes: readonly Theme[]
  onChange: (filter: AssetFilter) => void
}

export const LibraryFilters = ({ value, themes, onChange }: Props) => {
  const { t } = useTranslation()
  const [search, setSearch] = useState(value.search ?? '')
  const searchLater = useDebouncedCallback(
    (text: string) => onChange({ ...value, search: text || undefined }),
    SEARCH_DELAY_MS,
  )
  return (
    <Group gap="xs">
      <TextInput
        aria-label={t('library.filter.search')}
        placeholder={t('library.filter.search')}
        leftSection={<IconSearch size={16} aria-hidden />}
        value={search}
        onChange={(event) => {
          setSearch(event.currentTarget.value)
          searchLater(event.currentTarget.value)
        }}
        style={{ flex: 1 }}
        miw={220}
      />
      <Select
        aria-label={t('library.filter.kind')}
        placeholder={t('library.filter.kind')}
        data={AssetKind.options.map((kind) => ({ value: kind, label: t(`library.kind.${kind}`) }))}
        value={value.kind ?? null}
        onChange={(kind) => onChange({ ...value, kind: (kind as AssetKind | null) ?? undefined })}
        clearable
        w={{ base: '48%', xs: 150 }}
      />
      <Select
        aria-label={t('library.filter.state')}
        placeholder={t('library.filter.state')}
        data={ApprovalState.options.map((state) => ({
          value: state,
          label: t(`library.approval.${state}`),
        }))}
        value={value.state ?? null}
        onChange={(state) =>
          onChange({ ...value, state: (state as ApprovalState | null) ?? undefined })
        }
        clearable
        w={{ base: '48%', xs: 150 }}
      />
      <Select
        aria-label={t('library.filter.theme')}
        placeholder={t('library.filter.theme')}
        data={themes.map(({ id, code, name }) => ({ value: id, label: `${code} ${name}` }))}
        value={value.themeId ?? null}
        onChange={(id) => onChange({ ...value, themeId: id ? ThemeId.parse(id) : undefined })}
        clearable
        searchable
        w={{ base: '100%', xs: 220 }}
      />
    </Group>
  )
}
