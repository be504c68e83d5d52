import { Button, Group, Select, TextInput, useMatches } from '@mantine/core'
import { DatePickerInput } from '@mantine/dates'
import { useDebouncedCallback, useDisclosure } from '@mantine/hooks'
import {
  IconAdjustmentsHorizontal,
  IconCalendar,
  IconFilterOff,
  IconSearch,
} from '@tabler/icons-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import {
  Channel,
  type Outcome,
  Outcome as OutcomeSchema,
  type PlayFilter,
  ThemeId,
} from '#protocol'
import { AreaPicker } from '../../frame/area-picker.tsx'
import { useThemes } from '../../ui/use-themes.ts'

const SEARCH_DELAY_MS = 300

type Props = { value: PlayFilter; onChange: (filter: PlayFilter) => void }

/** Narrows the play log; every filter is part of the page's address. */
export const PlayFilters = ({ value, onChange }: Props) => {
  const { t } = useTranslation()
  const themes = useThemes()
  const [search, setSearch] = useState(value.search ?? '')
  const searchLater = useDebouncedCallback(
    (text: string) => onChange({ ...value, search: text || undefined }),
    SEARCH_DELAY_MS,
  )
  const isNarrowed = Object.values(value).some((entry) => entry !== undefined)
  const isWide = useMatches({ base: false, sm: true })
  const [isOpen, { toggle }] = useDisclosure(false)
  return (
    <Group gap="xs" align="flex-end">
      <TextInput
        aria-label={t('playLog.search')}
        placeholder={t('playLog.search')}
        leftSection={<IconSearch size={16} aria-hidden />}
        value={search}
        onChange={(event) => {
          setSearch(event.currentTarget.value)
          searchLater(event.currentTarget.value)
        }}
        style={{ flex: 1 }}
        miw={200}
      />
      {!isWide && (
        <Button
          variant="default"
          leftSection={<IconAdjustmentsHorizontal size={16} />}
          aria-expanded={isOpen}
          onClick={toggle}
        >
          {t('playLog.filters')}
        </Button>
      )}
      {(isWide || isOpen) && (
        <>
          <DatePickerInput
            type="range"
            aria-label={t('playLog.period')}
            placeholder={t('playLog.period')}
            leftSection={<IconCalendar size={16} aria-hidden />}
            valueFormat="DD/MM/YYYY"
            value={[value.from ?? null, value.to ?? null]}
            onChange={([from, to]) =>
              onChange({ ...value, from: from ?? undefined, to: to ?? undefined })
            }
            clearable
            w={{ base: '100%', xs: 235 }}
          />
          <AreaPicker value={value.areaId} onChange={(areaId) => onChange({ ...value, areaId })} />
          <Select
            aria-label={t('playLog.theme')}
            placeholder={t('playLog.theme')}
            data={themes.map(({ id, code, name }) => ({ value: id, label: `${code} ${name}` }))}
            value={value.themeId ?? null}
            onChange={(id) => onChange({ ...value, themeId: id ? ThemeId.parse(id) : undefined })}
            clearable
            searchable
            w={{ base: '100%', xs: 170 }}
          />
          <Select
            aria-label={t('playLog.channel')}
            placeholder={t('playLog.channel')}
            data={Channel.options.map((channel) => ({
              value: channel,
              label: t(`onAir.channel.${channel}`),
            }))}
            value={value.channel ?? null}
            onChange={(channel) =>
              onChange({ ...value, channel: (channel as Channel | null) ?? undefined })
            }
            clearable
            w={{ base: '48%', xs: 120 }}
          />
          <Select
            aria-label={t('playLog.outcome')}
            placeholder={t('playLog.outcome')}
            data={OutcomeSchema.options.map((outcome) => ({
              value: outcome,
              label: t(`playLog.outcomes.${outcome}`),
            }))}
            value={value.outcome ?? null}
            onChange={(outcome) =>
              onChange({ ...value, outcome: (outcome as Outcome | null) ?? undefined })
            }
            clearable
            w={{ base: '48%', xs: 140 }}
          />
        </>
      )}
      {isNarrowed && (
        <Button
          variant="subtle"
          color="gray"
          leftSection={<IconFilterOff size={16} />}
          onClick={() => {
            setSearch('')
            onChange({})
          }}
        >
          {t('playLog.clear')}
        </Button>
      )}
    </Group>
  )
}
