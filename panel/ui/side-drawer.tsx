import { CloseButton, Drawer, Group, Text } from '@mantine/core'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'

type Props = {
  isOpen: boolean
  title: string
  size: 'md' | 'lg' | 'xl'
  onClose: () => void
  children: ReactNode
}

/** What slides in from the right: a closer look that leaves the page where it was. */
export const SideDrawer = ({ isOpen, title, size, onClose, children }: Props) => {
  const { t } = useTranslation()
  return (
    <Drawer.Root opened={isOpen} onClose={onClose} position="right" size={size}>
      <Drawer.Overlay />
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
