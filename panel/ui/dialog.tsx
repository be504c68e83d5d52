import { CloseButton, Group, Modal, Text } from '@mantine/core'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'

type Props = {
  isOpen: boolean
  title: string
  size?: 'md' | 'lg' | 'xl'
  onClose: () => void
  children: ReactNode
}

/** What asks for a decision before anything else goes on. */
export const Dialog = ({ isOpen, title, size = 'md', onClose, children }: Props) => {
  const { t } = useTranslation()
  return (
    <Modal.Root opened={isOpen} onClose={onClose} size={size}>
      <Modal.Overlay />
      <Modal.Content aria-label={title}>
        <Modal.Body p="md">
          <Group justify="space-between" wrap="nowrap" mb="sm">
            <Text fw={600}>{title}</Text>
            <CloseButton onClick={onClose} aria-label={t('close')} />
          </Group>
          {children}
        </Modal.Body>
      </Modal.Content>
    </Modal.Root>
  )
}
