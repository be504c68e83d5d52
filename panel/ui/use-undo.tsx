import { Button, Group, Text } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { useErrorText } from './notices.tsx'
import { undoLast } from './undo.ts'
import { programmeChanged } from './use-programme.ts'

const SHOWN_MS = 8_000

/** Takes back what was done to the draft, and says so. */
export const useUndo = () => {
  const { t } = useTranslation()
  const text = useErrorText()
  return useMemo(() => {
    const undo = async () => {
      try {
        const what = await undoLast()
        notifications.show({
          message: what ? t('schedule.undo.undone', { what }) : t('schedule.undo.nothing'),
        })
      } catch (error) {
        notifications.show({ color: 'red', title: t('error.title'), message: text(error) })
      }
      await programmeChanged()
    }
    const offer = (message: string) => {
      const id = notifications.show({
        autoClose: SHOWN_MS,
        message: (
          <Group justify="space-between" wrap="nowrap">
            <Text size="sm">{message}</Text>
            <Button
              size="compact-sm"
              variant="light"
              onClick={() => {
                notifications.hide(id)
                void undo()
              }}
            >
              {t('schedule.undo.undo')}
            </Button>
          </Group>
        ),
      })
    }
    return { undo, offer }
  }, [t, text])
}
