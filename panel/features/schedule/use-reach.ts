import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import type { AreaId, Audience, Channel } from '#protocol'
import { useAreas, useDevices } from '../../ui/use-programme.ts'

/** How many; null as long as that is not known. */
export type Reach = { devices: number | null; where: string }

/** How many devices an audience has, and in words where they are. */
export const useReach = () => {
  const { t } = useTranslation()
  const { data: areas } = useAreas()
  const { data: devices } = useDevices()
  return useMemo(() => {
    const byId = new Map(areas?.map((area) => [area.id, area]))
    const live = devices ?? []
    return (audience: Audience, channel: Channel): Reach => {
      const wanted = new Set<AreaId>(audience.areaIds)
      const isBelow = (areaId: AreaId): boolean => {
        for (let id: AreaId | null = areaId; id; id = byId.get(id)?.parentId ?? null)
          if (wanted.has(id)) return true
        return false
      }
      const named = new Set<string>(audience.deviceIds)
      const reached = live.filter(
        ({ device }) =>
          device.channels.includes(channel) && (named.has(device.id) || isBelow(device.areaId)),
      )
      const names = [
        ...audience.areaIds.map((id) => byId.get(id)?.name ?? '…'),
        ...live.filter(({ device }) => named.has(device.id)).map(({ device }) => device.name),
      ]
      const [first = '…'] = names
      const where =
        names.length > 2
          ? t('schedule.sentence.areasMore', { first, count: names.length - 1 })
          : names.join(', ')
      return { devices: areas && devices ? reached.length : null, where }
    }
  }, [areas, devices, t])
}
