import { Group, Text } from '@mantine/core'
import {
  IconAlertTriangleFilled,
  IconCircle,
  IconClockHour4,
  IconPlayerPlayFilled,
  IconPlugConnectedX,
} from '@tabler/icons-react'
import type { TFunction } from 'i18next'
import { useTranslation } from 'react-i18next'
import type { LiveDevice } from '#protocol'

export const DEVICE_STATES = ['onAir', 'silent', 'waiting', 'offline', 'fault'] as const
export type DeviceState = (typeof DEVICE_STATES)[number]

const isUpToDate = ({ device, status }: LiveDevice): boolean =>
  status?.appliedRevision === device.desiredRevision

/** The one state of a device that matters most now. */
export const stateOf = (live: LiveDevice): DeviceState => {
  const { online, status, device } = live
  if (device.enrolledAt === null) return 'waiting'
  if (!online) return 'offline'
  if (status?.refusal || status?.channels.some(({ fault }) => fault !== null)) return 'fault'
  if (status?.channels.some(({ now }) => now !== null)) return 'onAir'
  const isReady = isUpToDate(live) && status?.media.ready === status?.media.needed
  return isReady ? 'silent' : 'waiting'
}

/** Why a device is not simply working, or undefined where it is. */
export const reasonOf = (live: LiveDevice, t: TFunction): string | undefined => {
  const { device, status, online, since } = live
  if (device.enrolledAt === null) return t('why.notEnrolled')
  if (!online) return since === null ? t('why.neverSeen') : undefined
  if (status?.refusal) return t(`why.refusal.${status.refusal}`)
  const fault = status?.channels.find((channel) => channel.fault !== null)?.fault
  if (fault) return [t(`why.fault.${fault.code}`), fault.detail].filter(Boolean).join(': ')
  if (status?.refusedStep) return t('why.refusedStep')
  if (status && !isUpToDate(live)) return t('why.revision')
  if (status && status.media.ready < status.media.needed) return t('why.media', status.media)
  if (status?.channels.some(({ output }) => output === null)) return t('why.noOutput')
  if (live.needsUpdate) return t('why.needsUpdate')
  return undefined
}

const LOOKS = {
  onAir: { icon: IconPlayerPlayFilled, colour: 'light-dark(#0b6e58, #5cc7ab)' },
  silent: { icon: IconCircle, colour: 'light-dark(#5c6670, #a7b0b8)' },
  waiting: { icon: IconClockHour4, colour: 'light-dark(#8a5a00, #f0b93a)' },
  offline: { icon: IconPlugConnectedX, colour: 'light-dark(#33383d, #d4d9dd)' },
  fault: { icon: IconAlertTriangleFilled, colour: 'light-dark(#b3261e, #ff8a80)' },
} as const satisfies Record<DeviceState, unknown>

/** A state is shown the same everywhere: colour, shape and word. */
export const StateBadge = ({ state, size = 16 }: { state: DeviceState; size?: number }) => {
  const { t } = useTranslation()
  const { icon: Icon, colour } = LOOKS[state]
  return (
    <Group gap={6} wrap="nowrap" c={colour} style={{ flexShrink: 0 }}>
      <Icon size={size} aria-hidden />
      <Text size="sm" fw={600} td={state === 'offline' ? 'line-through' : undefined}>
        {t(`state.${state}`)}
      </Text>
    </Group>
  )
}
