import { CloseButton, Drawer, Group, Text } from '@mantine/core'
import { useWindowEvent } from '@mantine/hooks'
import { type ReactNode, useRef } from 'react'
import { useTranslation } from 'react-i18next'

type Props = {
  isOpen: boolean
  title: string
  size: 'md' | 'lg' | 'xl'
  onClose: () => void
  children: ReactNode
}

/** Whether something lies over the drawer: a calendar, a list to choose from, a question. */
const isCovered = (): boolean =>
  [
    ...document.querySelectorAll(
      '.mantine-Popover-dropdown, .mantine-Modal-content, [role=listbox]',
    ),
  ].some((one) => one.checkVisibility())

/**
 * What slides in from the right: a closer look that leaves the page where it was. What closes something
 * that lies over it does not close the drawer too.
 */
export const SideDrawer = ({ isOpen, title, size, onClose, children }: Props) => {
  const { t } = useTranslation()
  const wasCovered = useRef(false)
  useWindowEvent(
    'keydown',
    (event) => {
      const isMeant = isOpen && event.key === 'Escape' && !event.isComposing && !isCovered()
      // Not before this key is through: a question that closing asks would take it for its own.
      if (isMeant) setTimeout(onClose)
    },
    { capture: true },
  )
  return (
    <Drawer.Root
      opened={isOpen}
      onClose={onClose}
      closeOnEscape={false}
      closeOnClickOutside={false}
      position="right"
      size={size}
    >
      <Drawer.Overlay
        onMouseDownCapture={() => {
          wasCovered.current = isCovered()
        }}
        onClick={() => {
          if (!wasCovered.current) onClose()
        }}
      />
      <Drawer.Content aria-label={title}>
        <Drawer.Body>
          <Group justify="space-between" wrap="nowrap" py="md">
            <Text fw={600}>{title}</Text>
            <CloseButton onClick={onClose} aria-label={t('close')} />
          </Group>
          {children}
        </Drawer.Body>
      </Drawer.Content>
    </Drawer.Root>
  )
}
