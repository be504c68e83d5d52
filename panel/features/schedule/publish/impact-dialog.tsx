import { Alert, Button, Checkbox, Group, Stack, Text } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useMutation, useQuery } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Impact, Publication, PublishInput } from '#protocol'
import { api } from '../../../server.ts'
import { Refusal } from '../../../transport.ts'
import { Dialog } from '../../../ui/dialog.tsx'
import { ErrorNotice, Loading } from '../../../ui/notices.tsx'
import { programmeChanged } from '../../../ui/use-programme.ts'
import { dateTime, HOME_ZONE } from '../../../ui/when.ts'
import { ImpactDetails } from './impact-details.tsx'
import { Statements } from './statements.tsx'

type Props = {
  isOpen: boolean
  /** The earlier publication that is to be brought back; without one it is about the draft. */
  restored?: Publication | undefined
  onClose: () => void
  onPublished: (number: number) => void
}

/** What publishing, or bringing back an earlier publication, would do, before it is done. */
export const ImpactDialog = ({ isOpen, restored, onClose, onPublished }: Props) => {
  const { t } = useTranslation()
  const title = restored
    ? t('publishing.restoreTitle', {
        number: restored.number,
        time: dateTime(restored.at, HOME_ZONE),
      })
    : t('publishing.title')
  return (
    <Dialog isOpen={isOpen} onClose={onClose} title={title} size="xl">
      {restored ? (
        <Restore restored={restored} onClose={onClose} onPublished={onPublished} />
      ) : (
        <Draft onClose={onClose} onPublished={onPublished} />
      )}
    </Dialog>
  )
}

const Draft = ({ onClose, onPublished }: Omit<Props, 'isOpen' | 'restored'>) => {
  const { t } = useTranslation()
  const [isDiscarding, setDiscarding] = useState(false)
  const discard = useMutation({
    mutationFn: api.discardDraft,
    onSuccess: async () => {
      onClose()
      notifications.show({ message: t('publishing.discarded') })
      await programmeChanged()
    },
  })
  return (
    <Decision
      queryKey={['impact', undefined]}
      look={() => api.impact(undefined)}
      publish={api.publish}
      none={t('publishing.none')}
      act={(count) => t('publishing.publish', { count })}
      onPublished={onPublished}
      discard={
        <Button variant="subtle" color="red" onClick={() => setDiscarding(true)}>
          {t('publishing.discard')}
        </Button>
      }
      instead={
        isDiscarding &&
        (({ changes }) => (
          <>
            {discard.error && <ErrorNotice error={discard.error} />}
            <Group>
              <Text size="sm" style={{ flex: 1 }}>
                {t('publishing.discardAsk', { count: changes.length })}
              </Text>
              <Button color="red" loading={discard.isPending} onClick={() => discard.mutate()}>
                {t('publishing.discardYes')}
              </Button>
              <Button variant="default" onClick={() => setDiscarding(false)}>
                {t('publishing.keep')}
              </Button>
            </Group>
          </>
        ))
      }
    />
  )
}

const Restore = (
  props: Required<Omit<Props, 'isOpen' | 'restored'>> & { restored: Publication },
) => {
  const { t } = useTranslation()
  const { restored, onClose, onPublished } = props
  const { number } = restored
  const toDraft = useMutation({
    mutationFn: () => api.bringBackAsDraft(number),
    onSuccess: async () => {
      onClose()
      notifications.show({ message: t('publishing.broughtBack', { number }) })
      await programmeChanged()
    },
  })
  return (
    <Decision
      isRestored
      queryKey={['impact', 'restore', number]}
      look={() => api.restoreImpact(number)}
      publish={(seen) => api.restorePublication(number, seen)}
      none={t('publishing.restoreNone')}
      act={(count) => t('publishing.restoreYes', { number, count })}
      onPublished={onPublished}
      discard={
        <Group gap="xs">
          <Button variant="default" onClick={onClose}>
            {t('scheduleForm.cancel')}
          </Button>
          <Button variant="subtle" loading={toDraft.isPending} onClick={() => toDraft.mutate()}>
            {t('publishing.toDraft')}
          </Button>
          {toDraft.error && <ErrorNotice error={toDraft.error} />}
        </Group>
      }
    />
  )
}

type DecisionProps = {
  queryKey: readonly unknown[]
  look: () => Promise<Impact>
  publish: (seen: PublishInput) => Promise<Publication>
  /** What is said where nothing would change. */
  none: string
  act: (devices: number) => string
  /** The button that does something else than publishing. */
  discard: ReactNode
  isRestored?: boolean
  /** What takes the place of the buttons. */
  instead?: ((impact: Impact) => ReactNode) | false
  onPublished: (number: number) => void
}

/** The impact, all that must be confirmed of it, and the button. Nothing here is optimistic. */
const Decision = (props: DecisionProps) => {
  const { t } = useTranslation()
  const [isSeen, setSeen] = useState(false)
  const [confirmed, setConfirmed] = useState<ReadonlySet<string>>(new Set())
  const impact = useQuery({
    queryKey: props.queryKey,
    queryFn: props.look,
    refetchOnMount: 'always',
  })
  const publish = useMutation({
    mutationFn: props.publish,
    onSuccess: async ({ number }) => {
      props.onPublished(number)
      notifications.show({ message: t('publishing.published', { number }) })
      await programmeChanged()
    },
    // What was seen is no longer what would be published: it is shown again.
    onError: () => impact.refetch(),
  })
  const { data } = impact
  const isStale = publish.error instanceof Refusal && publish.error.code === 'draft-changed'
  if (impact.error)
    return <ErrorNotice error={impact.error} onRetry={() => void impact.refetch()} />
  if (!data) return <Loading />
  if (data.changes.length === 0) return <Text>{props.none}</Text>
  const { statements, conflicts, draft, needsSecondPerson } = data
  const isConfirmed = statements.every(({ id }) => confirmed.has(id))
  const isReady =
    isConfirmed &&
    (conflicts.length === 0 || isSeen) &&
    needsSecondPerson.length === 0 &&
    !impact.isFetching
  return (
    <Stack>
      {isStale && <Alert color="orange">{t('publishing.stale')}</Alert>}
      <ImpactDetails impact={data} isRestored={props.isRestored === true} />
      {data.foreign > 0 && (
        <Alert color="gray">{t('publishing.foreign', { count: data.foreign })}</Alert>
      )}
      {needsSecondPerson.length > 0 && (
        <Alert color="red" data-second-person>
          {t(`publishing.secondPerson.${props.isRestored ? 'restores' : 'wrote'}`, {
            names: needsSecondPerson.join(', '),
          })}
        </Alert>
      )}
      <Statements statements={statements} confirmed={confirmed} onChange={setConfirmed} />
      {publish.error && !isStale && <ErrorNotice error={publish.error} />}
      {conflicts.length > 0 && (
        <Checkbox
          label={t('publishing.confirm')}
          checked={isSeen}
          onChange={(event) => setSeen(event.currentTarget.checked)}
        />
      )}
      {props.instead ? (
        props.instead(data)
      ) : (
        <Group justify="space-between" gap="xs" className="dialog-foot">
          {props.discard}
          <Button
            loading={publish.isPending}
            disabled={!isReady}
            onClick={() => publish.mutate({ draft, confirmed: statements.map(({ id }) => id) })}
          >
            {props.act(data.devices)}
          </Button>
        </Group>
      )}
    </Stack>
  )
}
