import { Alert, Button, Group, Stack, Text, Textarea } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { IconArrowBackUp, IconCircleCheck, IconCircleX } from '@tabler/icons-react'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Asset, Verdict as VerdictBody } from '#protocol'
import { api, queries } from '../../server.ts'
import { ErrorNotice } from '../../ui/notices.tsx'

type Asked = 'rejected' | 'withdrawn' | null

/** Approve, reject, withdraw: never by surprise, and bound to the bytes that were just heard or seen. */
export const VerdictButtons = ({ asset }: { asset: Asset }) => {
  const { t } = useTranslation()
  const [asked, setAsked] = useState<Asked>(null)
  const [note, setNote] = useState('')
  const judge = useMutation({
    mutationFn: (state: VerdictBody['state']) => {
      if (!asset.rendition) throw new Error('nothing to judge')
      return api.judgeAsset(asset.id, {
        state,
        sha256: asset.rendition.sha256,
        note: note.trim() || null,
      })
    },
    onSuccess: async (judged) => {
      setAsked(null)
      setNote('')
      queries.setQueryData(['assets', asset.id], judged)
      await queries.invalidateQueries({ queryKey: ['assets'] })
      if (judged.approval.state === 'approved') {
        notifications.show({ message: t('library.approved', { title: asset.title }) })
      }
    },
  })
  if (!asset.rendition) return null
  const { title } = asset
  const isApproved = asset.approval.state === 'approved'

  if (asked) {
    const question =
      asked === 'withdrawn'
        ? t('library.confirmWithdraw', { title })
        : t('library.confirmReject', { title })
    return (
      <Alert color="orange" title={question} role="alertdialog" aria-label={question}>
        <Stack gap="sm">
          {asked === 'withdrawn' && <Text size="sm">{t('library.withdrawHint')}</Text>}
          <Textarea
            label={t('library.note')}
            value={note}
            maxLength={1000}
            autosize
            minRows={2}
            data-autofocus
            onChange={(event) => setNote(event.currentTarget.value)}
          />
          {judge.error && <ErrorNotice error={judge.error} />}
          <Group>
            <Button color="orange" loading={judge.isPending} onClick={() => judge.mutate(asked)}>
              {asked === 'withdrawn' ? t('library.withdraw') : t('library.reject')}
            </Button>
            <Button variant="default" onClick={() => setAsked(null)}>
              {t('library.cancel')}
            </Button>
          </Group>
        </Stack>
      </Alert>
    )
  }
  return (
    <Stack gap="xs">
      <Group>
        {!isApproved && (
          <Button
            leftSection={<IconCircleCheck size={18} />}
            loading={judge.isPending}
            onClick={() => judge.mutate('approved')}
          >
            {t('library.approve')}
          </Button>
        )}
        {asset.approval.state === 'draft' && (
          <Button
            variant="default"
            leftSection={<IconCircleX size={18} />}
            onClick={() => setAsked('rejected')}
          >
            {t('library.reject')}
          </Button>
        )}
        {isApproved && (
          <Button
            variant="default"
            leftSection={<IconArrowBackUp size={18} />}
            onClick={() => setAsked('withdrawn')}
          >
            {t('library.withdraw')}
          </Button>
        )}
      </Group>
      {!isApproved && (
        <Text size="xs" c="dimmed">
          {t('library.bound')}
        </Text>
      )}
      {judge.error && <ErrorNotice error={judge.error} />}
    </Stack>
  )
}
