import { Alert, Button, Group, MultiSelect, Select, Stack, Text } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { AreaId, DeviceId } from '#protocol'
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
  const parentOf = new Map(areas.map(({ id, parentId }) => [id, parentId]))
  const nameOf = new Map(areas.map(({ id, name }) => [id, name]))
  /** The chosen area that an area lies in, itself excluded unless it is asked about a device. */
  const chosenAbove = (start: AreaId | null): AreaId | undefined => {
    for (let id = start; id; id = parentOf.get(id) ?? null)
      if (audience.areaIds.includes(id)) return id
    return undefined
  }
  const inside = [
    ...audience.areaIds.map((id) => ({
      id: id as string,
      name: nameOf.get(id) ?? '',
      above: chosenAbove(parentOf.get(id) ?? null),
    })),
    ...audience.deviceIds.map((id) => {
      const device = devices.find((one) => one.device.id === id)?.device
      return { id, name: device?.name ?? '', above: chosenAbove(device?.areaId ?? null) }
    }),
  ].flatMap(({ id, name, above }) => (above ? [{ id, name, within: nameOf.get(above) ?? '' }] : []))
  const drop = (id: string) =>
    onChange({
      audience: {
        ...audience,
        areaIds: audience.areaIds.filter((one) => one !== id),
        deviceIds: audience.deviceIds.filter((one) => one !== id),
      },
    })
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
        nothingFoundMessage={t('frame.noArea')}
        required={audience.deviceIds.length === 0}
      />
      {inside.map(({ id, name, within }) => (
        <Alert key={id} color="orange" p="xs" data-inside={name}>
          <Group justify="space-between" gap="xs">
            <Text size="sm">{t('scheduleForm.inside', { name, within })}</Text>
            <Button size="compact-sm" variant="light" color="orange" onClick={() => drop(id)}>
              {t('scheduleForm.dropInside', { name })}
            </Button>
          </Group>
        </Alert>
      ))}
      <MultiSelect
        label={t('scheduleForm.devices')}
        data={machines}
        value={audience.deviceIds}
        onChange={(ids) =>
          onChange({ audience: { ...audience, deviceIds: ids.map((id) => DeviceId.parse(id)) } })
        }
        searchable
        limit={60}
      />
      <MultiSelect
        label={t('scheduleForm.exceptAreas')}
        placeholder={except.areaIds.length === 0 ? t('scheduleForm.exceptNone') : ''}
        data={options}
        value={except.areaIds}
        onChange={(ids) => setExcept({ areaIds: ids.map((id) => AreaId.parse(id)) })}
        searchable
        limit={60}
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
      />
      <Select
        label={t('scheduleForm.owner')}
        data={options}
        value={value.areaId}
        onChange={(id) => id && onChange({ areaId: AreaId.parse(id) })}
        allowDeselect={false}
        searchable
        limit={60}
      />
    </Stack>
  )
}
