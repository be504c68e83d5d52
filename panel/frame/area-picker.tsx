import { Select } from '@mantine/core'
import { IconMapPin } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { AreaId } from '#protocol'
import { useAreas } from '../ui/use-programme.ts'

const MOST_SHOWN = 60

/** Picks an area by name. Equal names are told apart by the way to them and their code. */
export const AreaPicker = (props: {
  value: AreaId | undefined
  onChange: (areaId: AreaId | undefined) => void
  /** In a form: as wide as the other fields. */
  isField?: boolean
}) => {
  const { t } = useTranslation()
  const { data: areas = [] } = useAreas()
  const options = areas.map(({ id, name, code, path }) => {
    const above = path.slice(1, -1).toReversed().join(', ')
    return { value: id, label: `${name}${above && ` — ${above}`} (${code})` }
  })
  return (
    <Select
      aria-label={t('frame.area')}
      placeholder={t('frame.allAreas')}
      leftSection={<IconMapPin size={16} aria-hidden />}
      data={options}
      value={props.value ?? null}
      onChange={(id) => props.onChange(id ? AreaId.parse(id) : undefined)}
      searchable
      clearable
      limit={MOST_SHOWN}
      nothingFoundMessage={t('frame.noArea')}
      w={{ base: '100%', xs: props.isField ? '100%' : 260 }}
    />
  )
}
