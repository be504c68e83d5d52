import { Alert, Button, Checkbox, Group, Stack, Text } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '../../../server.ts'
import { Refusal } from '../../../transport.ts'
import { Dialog } from '../../../ui/dialog.tsx'
import { ErrorNotice, Loading } from '../../../ui/notices.tsx'
import { programmeChanged } from '../../../ui/use-programme.ts'
import { ImpactDetails } from './impact-details.tsx'

type Props = { isOpen: boolean; onClose: () => void; onPublished: (number: number) => void }

/** What publishing would do, before it is done. Nothing here is optimistic. */
export const ImpactDialog = ({ isOpen, onClose, onPublished }: Props) => {
  const { t } = useTranslation()
  return (
    <Dialog isOpen={isOpen} onClose={onClose} title={t('publishing.title')} size="xl">
      <Body onClose={onClose} onPublished={onPublished} />
    </Dialog>
  )
}

const Body = ({ onClose, onPublished }: Omit<Props, 'isOpen'>) => {
  const { t } = useTranslation()
  const [isSeen, setSeen] = useState(false)
  const [isDiscarding, setDiscarding] = useState(false)
  const impact = useQuery({
    queryKey: ['impact', undefined],
    queryFn: () => api.impact(undefined),
    refetchOnMount: 'always',
  })
  const publish = useMutation({
    mutationFn: (draft: string) => api.publish(draft),
    onSuccess: async ({ number }) => {
      onPublished(number)
      notifications.show({ message: t('publishing.published', { number }) })
      await programmeChanged()
    },
    // What was seen is no longer what would be published: it is shown anew.
    onError: () => impact.refetch(),
  })
  const discard = useMutation({
    mutationFn: api.discardDraft,
    onSuccess: async () => {
      onClose()
      notifications.show({ message: t('publishing.discarded') })
      await programmeChanged()
    },
  })
  const { data } = impact
  const isStale = publish.error instanceof Refusal && publish.error.code === 'draft-changed'
  return (
    <Stack>
      {impact.isPending && <Loading />}
      {impact.error && <ErrorNotice error={impact.error} onRetry={() => void impact.refetch()} />}
      {data && data.changes.length === 0 && <Text>{t('publishing.none')}</Text>}
      {data && data.changes.length > 0 && (
        <>
          {isStale && <Alert color="orange">{t('publishing.stale')}</Alert>}
          <ImpactDetails impact={data} />
          {data.foreign > 0 && (
            <Alert color="gray">{t('publishing.foreign', { count: data.foreign })}</Alert>
          )}
          {publish.error && !isStale && <ErrorNotice error={publish.error} />}
          {discard.error && <ErrorNotice error={discard.error} />}
          {data.conflicts.length > 0 && (
            <Checkbox
              label={t('publishing.confirm')}
              checked={isSeen}
              onChange={(event) => setSeen(event.currentTarget.checked)}
            />
          )}
          {isDiscarding ? (
            <Group>
              <Text size="sm" style={{ flex: 1 }}>
                {t('publishing.discardAsk', { count: data.changes.length })}
              </Text>
              <Button color="red" loading={discard.isPending} onClick={() => discard.mutate()}>
                {t('publishing.discardYes')}
              </Button>
              <Button variant="default" onClick={() => setDiscarding(false)}>
                {t('publishing.keep')}
              </Button>
            </Group>
          ) : (
            <Group justify="space-between" className="dialog-foot">
              <Button variant="subtle" color="red" onClick={() => setDiscarding(true)}>
                {t('publishing.discard')}
              </Button>
              <Button
                loading={publish.isPending}
                disabled={(data.conflicts.length > 0 && !isSeen) || impact.isFetching}
                onClick={() => publish.mutate(data.draft)}
              >
                {t('publishing.publish', { count: data.devices })}
              </Button>
            </Group>
          )}
        </>
      )}
    </Stack>
  )
}
