import { Button, Group, List, Stack, Text } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Conflict, TimeZone } from '#protocol'
import { Dialog } from '../../ui/dialog.tsx'
import { clock, dateTime, dayOf } from '../../ui/when.ts'
import type { Question } from './use-grid-actions.ts'
import type { ScheduleEdits } from './use-schedule-edits.ts'

/** Whether one day of a recurring schedule is meant, or all of them. */
export const ScopeDialog = ({
  question,
  onClose,
}: {
  question: Question | undefined
  onClose: () => void
}) => {
  const { t } = useTranslation()
  const [busy, setBusy] = useState<'one' | 'all'>()
  const act = (which: 'one' | 'all') => async () => {
    setBusy(which)
    await question?.[which]?.()
    setBusy(undefined)
    onClose()
  }
  const name = question?.schedule.name ?? ''
  const word = question?.word ?? 'move'
  return (
    <Dialog
      isOpen={question !== undefined}
      onClose={onClose}
      title={t(`schedule.scope.${word}`, { name })}
    >
      {question && (
        <Stack>
          <Text size="sm">{t(`schedule.scope.${word}Ask`)}</Text>
          {!question.all && (
            <Text size="sm" c="dimmed">
              {t('schedule.scope.dayOfRule')}
            </Text>
          )}
          <Group>
            <Button loading={busy === 'one'} onClick={() => void act('one')()} data-autofocus>
              {t('schedule.scope.one', { date: dayOf(question.date) })}
            </Button>
            {question.all && (
              <Button
                variant="light"
                color={word === 'remove' ? 'red' : 'rice'}
                loading={busy === 'all'}
                onClick={() => void act('all')()}
              >
                {t('schedule.scope.all')}
              </Button>
            )}
            <Button variant="default" onClick={onClose}>
              {t('schedule.scope.cancel')}
            </Button>
          </Group>
        </Stack>
      )}
    </Dialog>
  )
}

/** Conflicts as people read them: with whom, when first, for how long, where, and who is heard. */
export const ConflictList = ({
  conflicts,
  timeZone,
}: {
  conflicts: readonly Conflict[]
  timeZone: TimeZone
}) => {
  const { t } = useTranslation()
  return (
    <List size="sm" spacing={4}>
      {conflicts.map((conflict) => {
        const { schedule, other, from, to, winner, devices, days, deviceNames } = conflict
        const isWon = winner === schedule.id
        return (
          <List.Item key={`${schedule.id} ${other.id} ${from}`}>
            {t('scheduleForm.preview.conflict', {
              other: other.name,
              from: dateTime(from, timeZone),
              to: clock(to, timeZone),
              days,
              devices,
              names: deviceNames.join(', '),
            })}{' '}
            <Text span fw={600}>
              {isWon
                ? t('scheduleForm.preview.winsThis')
                : t('scheduleForm.preview.winsOther', { other: other.name })}
            </Text>
          </List.Item>
        )
      })}
    </List>
  )
}

/** What the server refused for its conflicts, and the choice to have it all the same. */
export const ConflictDialog = ({
  edits,
  timeZone,
}: {
  edits: ScheduleEdits
  timeZone: TimeZone
}) => {
  const { t } = useTranslation()
  const [isBusy, setBusy] = useState(false)
  const { refused, dropRefused } = edits
  const again = async () => {
    setBusy(true)
    await refused?.again()
    setBusy(false)
  }
  return (
    <Dialog
      isOpen={refused !== undefined}
      onClose={dropRefused}
      title={t('scheduleForm.preview.conflicts')}
      size="lg"
    >
      {refused && (
        <Stack>
          <ConflictList conflicts={refused.conflicts} timeZone={timeZone} />
          <Group>
            <Button onClick={dropRefused} data-autofocus>
              {t('scheduleForm.cancel')}
            </Button>
            <Button variant="light" color="red" loading={isBusy} onClick={() => void again()}>
              {t('scheduleForm.saveAnyway')}
            </Button>
          </Group>
        </Stack>
      )}
    </Dialog>
  )
}
