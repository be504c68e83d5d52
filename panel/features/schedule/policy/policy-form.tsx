import { Alert, Button, Group, Paper, SimpleGrid, Stack, Switch, Text, Title } from '@mantine/core'
import type { FormEvent, ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { effectivePolicy, isQuietInWindows, looserFields } from '#playlists'
import type { Area, AreaPolicy, Policy } from '#protocol'
import { BothVersions } from '../../../ui/both-versions.tsx'
import { ErrorNotice } from '../../../ui/notices.tsx'
import { UnsavedGuard } from '../../../ui/unsaved-guard.tsx'
import { DaypartRows } from './daypart-rows.tsx'
import { LimitField } from './limit-field.tsx'
import { LostDayparts } from './lost-dayparts.tsx'
import { policyInWords } from './policy-words.ts'
import { StationFields } from './station-fields.tsx'
import { useSavePolicy } from './use-save-policy.ts'
import { VolumeRows } from './volume-rows.tsx'
import { FIRST_WINDOWS, WindowRows } from './window-rows.tsx'

type Field = keyof Policy

/** What a field starts with where nothing is inherited that could be copied: never silence. */
const BLANK: { [Name in Field]: NonNullable<Policy[Name]> } = {
  dayparts: [],
  broadcastWindows: [FIRST_WINDOWS.broadcastWindows],
  quietHours: [FIRST_WINDOWS.quietHours],
  screenBlank: [FIRST_WINDOWS.screenBlank],
  sessionsPerDay: 2,
  minutesPerDay: 90,
  minutesPerSession: 45,
  volumeCeilings: [],
  station: { signature: null, call: null, chime: null, closing: null },
}

/** A field of the policy: inherited, or laid down here. */
const Part = (props: {
  field: Field
  isOwn: boolean
  /** The area above that lays it down; undefined where none does. */
  above: string | undefined
  /** Neither laid down here nor above. */
  isUnset: boolean
  isLooser: boolean
  onToggle: (isOwn: boolean) => void
  children: ReactNode
}) => {
  const { field, isOwn, above, isUnset, isLooser, onToggle, children } = props
  const { t } = useTranslation()
  return (
    <Paper withBorder p="md" h="100%" component="section">
      <Group justify="space-between" align="flex-start" wrap="nowrap" mb={6}>
        <Stack gap={0}>
          <Title order={2} size="h5">
            {t(`policy.fields.${field}`)}
          </Title>
          <Text size="sm" c="dimmed">
            {t(`policy.about.${field}`)}
          </Text>
        </Stack>
        <Switch
          maw="50%"
          style={{ flexShrink: 0 }}
          checked={isOwn}
          onChange={(event) => onToggle(event.currentTarget.checked)}
          label={
            isOwn
              ? t('policy.own')
              : above === undefined
                ? t('policy.notSet')
                : t('policy.inheritedFrom', { area: above })
          }
          aria-label={t('policy.setOwn', { what: t(`policy.fields.${field}`) })}
        />
      </Group>
      {isLooser && (
        <Alert color="orange" mb="xs" p="xs" data-looser={field}>
          {t('policy.looser', { area: above })}
        </Alert>
      )}
      {isUnset ? (
        <Text size="sm">{t(`policy.unset.${field}`)}</Text>
      ) : (
        <fieldset disabled={!isOwn} style={{ border: 0, padding: 0, margin: 0 }}>
          {children}
        </fieldset>
      )}
    </Paper>
  )
}

/** An area's policy, field by field. */
export const PolicyForm = ({ area, policy }: { area: Area; policy: AreaPolicy }) => {
  const { t } = useTranslation()
  const editing = useSavePolicy(area, policy)
  const { own, set, isChanged, theirs } = editing
  const { above, laidDownBy } = policy
  const looser = looserFields(above, own)
  const held = effectivePolicy([above, own])
  /** What stands there now: our own, or what is inherited. */
  const shown = <Name extends Field>(name: Name): NonNullable<Policy[Name]> =>
    (own[name] ?? above[name] ?? BLANK[name]) as NonNullable<Policy[Name]>
  const part = (field: Field, children: ReactNode) => (
    <Part
      field={field}
      isOwn={own[field] !== null}
      above={laidDownBy[field]?.name}
      isUnset={held[field] === null}
      isLooser={looser.includes(field)}
      onToggle={(isOwn) => set({ [field]: isOwn ? (above[field] ?? BLANK[field]) : null })}
    >
      {children}
    </Part>
  )
  const submit = (event: FormEvent) => {
    event.preventDefault()
    editing.save()
  }
  const differences = (other: Policy) => {
    const words = policyInWords(other, t)
    return policyInWords(own, t).map(
      ([field, mine], index) => [field, mine, words[index]?.[1] ?? ''] as const,
    )
  }
  return (
    <form onSubmit={submit}>
      <UnsavedGuard isChanged={isChanged} part="areaId" />
      <Stack>
        {part(
          'broadcastWindows',
          <WindowRows
            field="broadcastWindows"
            value={shown('broadcastWindows')}
            isReadOnly={own.broadcastWindows === null}
            onChange={(broadcastWindows) => set({ broadcastWindows })}
          />,
        )}
        {part(
          'quietHours',
          <WindowRows
            field="quietHours"
            value={shown('quietHours')}
            isReadOnly={own.quietHours === null}
            onChange={(quietHours) => set({ quietHours })}
          />,
        )}
        {part(
          'dayparts',
          <DaypartRows
            value={shown('dayparts')}
            isReadOnly={own.dayparts === null}
            onChange={(dayparts) => set({ dayparts })}
          />,
        )}
        <SimpleGrid cols={{ base: 1, sm: 3 }}>
          {(['sessionsPerDay', 'minutesPerDay', 'minutesPerSession'] as const).map((field) => (
            <div key={field}>
              {part(
                field,
                <LimitField
                  label={t(`policy.fields.${field}`)}
                  value={held[field]}
                  isReadOnly={own[field] === null}
                  onChange={(value) => set({ [field]: value })}
                />,
              )}
            </div>
          ))}
        </SimpleGrid>
        {part(
          'volumeCeilings',
          <VolumeRows
            value={shown('volumeCeilings')}
            isReadOnly={own.volumeCeilings === null}
            onChange={(volumeCeilings) => set({ volumeCeilings })}
          />,
        )}
        {part(
          'station',
          <StationFields value={shown('station')} onChange={(station) => set({ station })} />,
        )}
        {part(
          'screenBlank',
          <WindowRows
            field="screenBlank"
            value={shown('screenBlank')}
            isReadOnly={own.screenBlank === null}
            onChange={(screenBlank) => set({ screenBlank })}
          />,
        )}
        {isQuietInWindows(held) && (
          <Alert color="orange" data-quiet-in-windows>
            {t('policy.quietInWindows')}
          </Alert>
        )}
        {theirs && (
          <BothVersions
            rows={differences(theirs.own)}
            isRemoved={false}
            onKeepMine={editing.keepMine}
            onTakeTheirs={editing.takeTheirs}
          />
        )}
        {editing.lost ? (
          <LostDayparts changes={editing.lost} onAccept={() => editing.save(true)} />
        ) : (
          editing.error && <ErrorNotice error={editing.error} />
        )}
        <Group>
          <Button type="submit" disabled={!isChanged} loading={editing.isPending}>
            {t('policy.save')}
          </Button>
          <Button variant="default" disabled={!isChanged} onClick={editing.reset}>
            {t('policy.reset')}
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
