import { MultiSelect, Select, Stack } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { AreaId, DeviceId } from '#protocol'
import { byWords } from '../../../ui/by-words.ts'
import { useAreas, useDevices } from '../../../ui/use-programme.ts'
import type { Draft } from './draft.ts'

type Props = { value: Draft; onChange: (change: Partial<Draft>) => void }

/** Who hears it: areas with everything below them, and single devices. */
export const AudienceFields = ({ value, onChange }: Props) => {
  const { t } = useTranslation()
  const { data: areas = [] } = useAreas()
  const { data: devices = [] } = useDevices()
  const { audience } = value
  const options = areas.map(({ id, name, path, code }) => ({
    value: id,
    label: `${name}${path.length > 2 ? ` — ${path.at(-2)}` : ''} (${code})`,
  }))
  const machines = devices.map(({ device }) => ({
    value: device.id,
    label: `${device.name} — ${device.areaPath.at(-1)}`,
  }))
  const except = audience.except ?? { areaIds: [], deviceIds: [] }
  const setExcept = (change: Partial<typeof except>) => {
    const { except: _, ...rest } = audience
    const next = { ...except, ...change }
    const isEmpty = next.areaIds.length + next.deviceIds.length === 0
    onChange({ audience: isEmpty ? rest : { ...rest, except: next } })
  }
  return (
    <Stack gap="sm">
      <MultiSelect
        label={t('scheduleForm.areas')}
        data={options}
        value={audience.areaIds}
        onChange={(ids) =>
          onChange({ audience: { ...audience, areaIds: ids.map((id) => AreaId.parse(id)) } })
        }
        searchable
        limit={60}
        filter={byWords}
        nothingFoundMessage={t('frame.noArea')}
      />
      <MultiSelect
        label={t('scheduleForm.devices')}
        data={machines}
        value={audience.deviceIds}
        onChange={(ids) =>
          onChange({ audience: { ...audience, deviceIds: ids.map((id) => DeviceId.parse(id)) } })
        }
        searchable
        limit={60}
        filter={byWords}
      />
      <MultiSelect
        label={t('scheduleForm.exceptAreas')}
        placeholder={except.areaIds.length === 0 ? t('scheduleForm.exceptNone') : ''}
        data={options}
        value={except.areaIds}
        onChange={(ids) => setExcept({ areaIds: ids.map((id) => AreaId.parse(id)) })}
        searchable
        limit={60}
        filter={byWords}
        nothingFoundMessage={t('frame.noArea')}
      />
      <MultiSelect
        label={t('scheduleForm.exceptDevices')}
        placeholder={except.deviceIds.length === 0 ? t('scheduleForm.exceptNone') : ''}
        data={machines}
        value={except.deviceIds}
        onChange={(ids) => setExcept({ deviceIds: ids.map((id) => DeviceId.parse(id)) })}
        searchable
        limit={60}
        filter={byWords}
      />
      <Select
        label={t('scheduleForm.owner')}
        data={options}
        value={value.areaId}
        onChange={(id) => id && onChange({ areaId: AreaId.parse(id) })}
        allowDeselect={false}
        searchable
        limit={60}
        filter={byWords}
      />
    </Stack>
  )
}
