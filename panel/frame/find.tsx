import {
  ActionIcon,
  Combobox,
  Group,
  Modal,
  ScrollArea,
  Text,
  TextInput,
  useCombobox,
} from '@mantine/core'
import { useDisclosure, useHotkeys } from '@mantine/hooks'
import { IconSearch } from '@tabler/icons-react'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { matches } from '../ui/plain-text.ts'
import { useAreas, useDevices, usePlaylists, useSchedules } from '../ui/use-programme.ts'
import { useCampaigns } from '../ui/use-themes.ts'

type Found = {
  kind: 'place' | 'area' | 'schedule' | 'playlist' | 'campaign' | 'device'
  id: string
  name: string
  more: string
  to: string
  search?: object
}

const SHOWN = 30

/** Everything that has a name, and the page on which it is. */
const useEverything = (): Found[] => {
  const { t } = useTranslation()
  const { data: areas = [] } = useAreas()
  const { data: devices = [] } = useDevices()
  const { data: schedules = [] } = useSchedules()
  const { data: playlists = [] } = usePlaylists()
  const { data: campaigns = [] } = useCampaigns()
  const places = [
    ['/', 'place.onAir'],
    ['/schedule', 'place.schedule'],
    ['/schedule/playlists', 'schedule.tabs.playlists'],
    ['/schedule/policy', 'schedule.tabs.policy'],
    ['/schedule/publications', 'schedule.tabs.publications'],
    ['/library', 'place.library'],
    ['/campaigns', 'place.campaigns'],
    ['/reports/plays', 'place.playLog'],
  ] as const
  return [
    ...places.map(([to, word]) => ({
      kind: 'place' as const,
      id: to,
      name: t(word),
      more: '',
      to,
    })),
    ...schedules.map(({ id, name }) => ({
      kind: 'schedule' as const,
      id,
      name,
      more: '',
      to: '/schedule',
      search: { block: id },
    })),
    ...playlists.map(({ id, name }) => ({
      kind: 'playlist' as const,
      id,
      name,
      more: '',
      to: `/schedule/playlists/${id}`,
    })),
    ...campaigns.map(({ id, name }) => ({
      kind: 'campaign' as const,
      id,
      name,
      more: '',
      to: `/campaigns/${id}`,
    })),
    ...areas.map(({ id, name, path, code }) => ({
      kind: 'area' as const,
      id,
      name,
      more: [path.length > 2 ? path.at(-2) : '', code].filter(Boolean).join(' · '),
      to: '/schedule',
      search: { areaId: id },
    })),
    ...devices.map(({ device }) => ({
      kind: 'device' as const,
      id: device.id,
      name: device.name,
      more: device.areaPath.at(-1) ?? '',
      to: '/',
      search: { device: device.id },
    })),
  ]
}

const Box = ({ onDone }: { onDone: () => void }) => {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const combobox = useCombobox({ opened: true })
  const [text, setText] = useState('')
  const found = useEverything()
    .filter(({ name, more }) => matches(`${name} ${more}`, text))
    .slice(0, SHOWN)
  const go = (id: string) => {
    const one = found.find((entry) => entry.id === id)
    onDone()
    if (one) void navigate({ to: one.to, search: (one.search ?? {}) as never } as never)
  }
  return (
    <Combobox store={combobox} onOptionSubmit={go} withinPortal={false}>
      <Combobox.EventsTarget>
        <TextInput
          aria-label={t('find.title')}
          placeholder={t('find.placeholder')}
          leftSection={<IconSearch size={16} aria-hidden />}
          data-autofocus
          value={text}
          onChange={(event) => {
            setText(event.currentTarget.value)
            combobox.updateSelectedOptionIndex()
          }}
        />
      </Combobox.EventsTarget>
      <Combobox.Options mt="xs" aria-label={t('find.title')}>
        <ScrollArea.Autosize mah={360}>
          {found.length === 0 && <Combobox.Empty>{t('find.none')}</Combobox.Empty>}
          {found.map(({ kind, id, name, more }) => (
            <Combobox.Option key={`${kind} ${id}`} value={id}>
              <Group justify="space-between" wrap="nowrap">
                <Text size="sm" truncate>
                  {name}{' '}
                  <Text span size="sm" c="dimmed">
                    {more}
                  </Text>
                </Text>
                <Text size="xs" c="dimmed" style={{ flex: 'none' }}>
                  {t(`find.kind.${kind}`)}
                </Text>
              </Group>
            </Combobox.Option>
          ))}
        </ScrollArea.Autosize>
      </Combobox.Options>
    </Combobox>
  )
}

/** Finds anything by its name, with or without diacritics. */
export const Find = () => {
  const { t } = useTranslation()
  const [isOpen, { open, close }] = useDisclosure(false)
  useHotkeys([['mod+K', open]], [])
  return (
    <>
      <ActionIcon
        variant="subtle"
        color="gray"
        onClick={open}
        aria-label={t('find.open')}
        title={t('find.open')}
      >
        <IconSearch size={18} />
      </ActionIcon>
      <Modal.Root opened={isOpen} onClose={close} size="lg" yOffset="8vh">
        <Modal.Overlay />
        <Modal.Content aria-label={t('find.title')}>
          <Modal.Body p="md">
            <Box onDone={close} />
          </Modal.Body>
        </Modal.Content>
      </Modal.Root>
    </>
  )
}
