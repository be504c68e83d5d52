import { Alert, Button, Group, Stack, Text, Textarea } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { IconArrowBackUp, IconCircleCheck, IconCircleX } from '@tabler/icons-react'
import { useMutation } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import type { Asset, Theme, Verdict as VerdictBody } from '#protocol'
import { api, queries } from '../../server.ts'
import { ErrorNotice, Loading } from '../../ui/notices.tsx'
import { AirEffectWords } from './air-effect.tsx'
import { useAirEffect } from './use-air-effect.ts'
import { WhatChanged } from './what-changed.tsx'

export type Asked = { state: VerdictBody['state']; note: string } | null

type Props = {
  asset: Asset
  /** The version that a verdict is about. */
  read: Asset
  themes: readonly Theme[]
  /** The form beside it holds what is not saved: nobody approves what he does not read. */
  isEdited: boolean
  asked: Asked
  onAsk: (asked: Asked) => void
  onRead: (asset: Asset) => void
}

const WORDS = {
  approved: { question: 'approval.askApprove', act: 'library.approve', colour: 'rice' },
  rejected: { question: 'library.confirmReject', act: 'library.reject', colour: 'orange' },
  withdrawn: { question: 'library.confirmWithdraw', act: 'library.withdraw', colour: 'orange' },
} as const

/**
 * Approve, reject, withdraw: first what that puts on air or takes off it, then the deed. A verdict is about
 * the version that was read here, and no later one.
 */
export const VerdictButtons = (props: Props) => {
  const { asset, read, themes, isEdited, asked, onAsk, onRead } = props
  const { t } = useTranslation()
  const isApproved = asset.approval.state === 'approved'
  const effect = useAirEffect(asset, isApproved ? 'withdrawn' : 'approved')
  const judge = useMutation({
    mutationFn: ({ state, note }: NonNullable<Asked>) => {
      if (!read.rendition) throw new Error('nothing to judge')
      const { sha256 } = read.rendition
      const body = { state, sha256, version: read.version, note: note.trim() || null }
      return api.judgeAsset(asset.id, body)
    },
    onSuccess: async (judged) => {
      onAsk(null)
      onRead(judged)
      queries.setQueryData(['assets', asset.id], judged)
      await queries.invalidateQueries({ queryKey: ['assets'] })
      const { state } = judged.approval
      const { title } = asset
      if (state === 'approved') notifications.show({ message: t('library.approved', { title }) })
      if (state === 'withdrawn') notifications.show({ message: t('approval.takenOff', { title }) })
    },
    onError: () => queries.invalidateQueries({ queryKey: ['assets', asset.id] }),
  })
  if (!asset.rendition) return null
  if (read.version !== asset.version)
    return (
      <WhatChanged read={read} present={asset} themes={themes} onAccept={() => onRead(asset)} />
    )
  const { title } = asset
  const isOwnWork = effect.data?.ownWork === true
  const mayApprove = !isEdited && !isOwnWork

  if (asked) {
    const { question, act, colour } = WORDS[asked.state]
    const words = t(question, { title })
    const isHeard = asked.state !== 'rejected' || isApproved
    return (
      <Alert color={colour} title={words} role="alertdialog" aria-label={words}>
        <Stack gap="sm">
          {isHeard && effect.isPending && <Loading />}
          {isHeard && effect.error && <ErrorNotice error={effect.error} />}
          {isHeard && effect.data && (
            <AirEffectWords
              effect={effect.data}
              verdict={asked.state === 'approved' ? 'approved' : 'withdrawn'}
            />
          )}
          {asked.state !== 'approved' && (
            <Textarea
              label={t('library.note')}
              value={asked.note}
              maxLength={1000}
              autosize
              minRows={2}
              data-autofocus
              onChange={(event) => onAsk({ ...asked, note: event.currentTarget.value })}
            />
          )}
          {judge.error && <ErrorNotice error={judge.error} />}
          <Group>
            <Button
              color={colour}
              loading={judge.isPending}
              disabled={asked.state === 'approved' && !(mayApprove && effect.data)}
              onClick={() => judge.mutate(asked)}
            >
              {t(act)}
            </Button>
            <Button variant="default" onClick={() => onAsk(null)}>
              {t('library.cancel')}
            </Button>
          </Group>
        </Stack>
      </Alert>
    )
  }
  const ask = (state: VerdictBody['state']) => () => onAsk({ state, note: '' })
  return (
    <Stack gap="xs">
      <Group>
        {!isApproved && (
          <Button
            leftSection={<IconCircleCheck size={18} />}
            disabled={!mayApprove}
            onClick={ask('approved')}
          >
            {t(asset.approval.state === 'withdrawn' ? 'approval.again' : 'library.approve')}
          </Button>
        )}
        {asset.approval.state === 'draft' && (
          <Button
            variant="default"
            leftSection={<IconCircleX size={18} />}
            onClick={ask('rejected')}
          >
            {t('library.reject')}
          </Button>
        )}
        {isApproved && (
          <Button
            variant="default"
            leftSection={<IconArrowBackUp size={18} />}
            onClick={ask('withdrawn')}
          >
            {t('library.withdraw')}
          </Button>
        )}
      </Group>
      {!isApproved && (
        <Text size="xs" c="dimmed">
          {t(isOwnWork ? 'approval.ownWork' : isEdited ? 'approval.unsaved' : 'library.bound')}
        </Text>
      )}
    </Stack>
  )
}
