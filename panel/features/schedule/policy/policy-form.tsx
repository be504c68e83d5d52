import { Button, Group, Paper, SimpleGrid, Stack, Switch, Text, Title } from '@mantine/core'
import type { FormEvent, ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
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
import { WindowRows } from './window-rows.tsx'

type Field = keyof Policy

/** What a field starts with where nothing is inherited that could be copied. */
const BLANK: { [Name in Field]: NonNullable<Policy[Name]> } = {
  dayparts: [],
  broadcastWindows: [],
  quietHours: [],
  screenBlank: [],
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
  onToggle: (isOwn: boolean) => void
  children: ReactNode
}) => {
  const { field, isOwn, onToggle, children } = props
  const { t } = useTranslation()
  return (
    <Paper withBorder p="md" component="section">
      <Group justify="space-between" align="flex-start" mb={6}>
        <Stack gap={0}>
          <Title order={2} size="h5">
            {t(`policy.fields.${field}`)}
          </Title>
          <Text size="sm" c="dimmed">
            {t(`policy.about.${field}`)}
          </Text>
        </Stack>
        <Switch
          checked={isOwn}
          onChange={(event) => onToggle(event.currentTarget.checked)}
          label={isOwn ? t('policy.own') : t('policy.inherited')}
          aria-label={t('policy.setOwn', { what: t(`policy.fields.${field}`) })}
        />
      </Group>
      <fieldset disabled={!isOwn} style={{ border: 0, padding: 0, margin: 0 }}>
        {children}
      </fieldset>
    </Paper>
  )
}

/** An area's policy, field by field. */
export const PolicyForm = ({ area, policy }: { area: Area; policy: AreaPolicy }) => {
  const { t } = useTranslation()
  const editing = useSavePolicy(area, policy)
  const { own, set, isChanged, theirs } = editing
  const { effective } = policy
  /** What stands there now: our own, or what is inherited. */
  const shown = <Name extends Field>(name: Name): NonNullable<Policy[Name]> =>
    (own[name] ?? effective[name] ?? BLANK[name]) as NonNullable<Policy[Name]>
  const part = (field: Field, children: ReactNode) => (
    <Part
      field={field}
      isOwn={own[field] !== null}
      onToggle={(isOwn) => set({ [field]: isOwn ? (effective[field] ?? BLANK[field]) : null })}
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
            value={shown('broadcastWindows')}
            isReadOnly={own.broadcastWindows === null}
            onChange={(broadcastWindows) => set({ broadcastWindows })}
          />,
        )}
        {part(
          'quietHours',
          <WindowRows
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
                  value={own[field] ?? effective[field]}
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
            value={shown('screenBlank')}
            isReadOnly={own.screenBlank === null}
            onChange={(screenBlank) => set({ screenBlank })}
          />,
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
