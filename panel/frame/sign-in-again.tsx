import { Modal, Stack, Text } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { queries } from '../server.ts'
import { SignInForm } from './sign-in.tsx'

/** The session has ended: it begins again here, and what was being worked on stays where it is. */
export const SignInAgain = ({ username }: { username: string }) => {
  const { t } = useTranslation()
  const title = t('signIn.again')
  const refetch = () =>
    void queries.invalidateQueries({ predicate: ({ queryKey: [name] }) => name !== 'session' })
  return (
    <Modal.Root
      opened
      onClose={() => undefined}
      closeOnEscape={false}
      closeOnClickOutside={false}
      zIndex={400}
    >
      <Modal.Overlay />
      <Modal.Content aria-label={title}>
        <Modal.Body p="md">
          <Stack>
            <Text fw={600}>{title}</Text>
            <Text size="sm">{t('signIn.againText')}</Text>
            <SignInForm username={username} onSignedIn={refetch} />
          </Stack>
        </Modal.Body>
      </Modal.Content>
    </Modal.Root>
  )
}
