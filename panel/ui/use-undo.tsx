import { Button, Group, Text } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { useErrorText } from './notices.tsx'
import { inTurn, undoLast } from './undo.ts'
import { programmeChanged } from './use-programme.ts'

const SHOWN_MS = 8_000

let shown: string | undefined

/** Of several steps the last one is told: a pile of notices would lie over what comes next. */
const tell = (notice: Parameters<typeof notifications.show>[0]): string => {
  if (shown !== undefined) notifications.hide(shown)
  shown = notifications.show(notice)
  return shown
}

/** Takes back what was done to the draft, and says so. */
export const useUndo = () => {
  const { t } = useTranslation()
  const text = useErrorText()
  return useMemo(() => {
    const undo = () =>
      inTurn(async () => {
        try {
          const what = await undoLast()
          tell({
            message: what ? t('schedule.undo.undone', { what }) : t('schedule.undo.nothing'),
          })
        } catch (error) {
          tell({ color: 'red', title: t('error.title'), message: text(error) })
        }
        await programmeChanged()
      })
    const offer = (message: string) => {
      const id = tell({
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
