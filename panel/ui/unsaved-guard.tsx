import { Button, Group, Stack, Text } from '@mantine/core'
import { useBlocker } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { Dialog } from './dialog.tsx'

type Props = {
  isChanged: boolean
  /** The part of the address that opens the form: while page and part stay the same the form stays too. */
  part?: string
}

/**
 * Asks before what was typed in a form is lost: whatever leads away from it is a change of the address,
 * be it Esc, a click beside a drawer, its cross, a link or the way back. Only where the tab is closed
 * the question is the browser's own.
 */
export const UnsavedGuard = ({ isChanged, part }: Props) => {
  const { t } = useTranslation()
  const leave = useBlocker({
    shouldBlockFn: ({ current, next }) => {
      if (!isChanged) return false
      const valueIn = (search: unknown) =>
        part === undefined ? undefined : (search as Record<string, unknown>)[part]
      return current.pathname !== next.pathname || valueIn(current.search) !== valueIn(next.search)
    },
    enableBeforeUnload: () => isChanged,
    withResolver: true,
  })
  const isAsked = leave.status === 'blocked'
  return (
    <Dialog isOpen={isAsked} onClose={() => leave.reset?.()} title={t('unsaved.title')}>
      <Stack>
        <Text size="sm">{t('unsaved.text')}</Text>
        <Group>
          <Button data-autofocus onClick={() => leave.reset?.()}>
            {t('unsaved.stay')}
          </Button>
          <Button variant="light" color="red" onClick={() => leave.proceed?.()}>
            {t('unsaved.leave')}
          </Button>
        </Group>
      </Stack>
    </Dialog>
  )
}
