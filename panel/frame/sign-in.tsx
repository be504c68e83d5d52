import {
  Button,
  Center,
  Image,
  Paper,
  PasswordInput,
  Stack,
  Text,
  TextInput,
  Title,
} from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import icon from '../icon.svg'
import { api, queries } from '../server.ts'
import { ErrorNotice } from '../ui/notices.tsx'
import { LanguageSwitch } from './language-switch.tsx'

type FormProps = { username?: string; onSignedIn?: () => void }

export const SignInForm = ({ username: known = '', onSignedIn }: FormProps) => {
  const { t } = useTranslation()
  const [username, setUsername] = useState(known)
  const [password, setPassword] = useState('')
  const signIn = useMutation({
    mutationFn: () => api.signIn(username, password),
    onSuccess: (user) => {
      queries.setQueryData(['session'], user)
      onSignedIn?.()
    },
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    signIn.mutate()
  }
  return (
    <form onSubmit={submit}>
      <Stack>
        <TextInput
          label={t('signIn.username')}
          autoComplete="username"
          autoCapitalize="none"
          required
          data-autofocus={known === '' || undefined}
          value={username}
          onChange={(event) => setUsername(event.currentTarget.value)}
        />
        <PasswordInput
          label={t('signIn.password')}
          autoComplete="current-password"
          data-autofocus={known !== '' || undefined}
          required
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
        />
        {signIn.error && <ErrorNotice error={signIn.error} />}
        <Button type="submit" loading={signIn.isPending} fullWidth>
          {t('signIn.submit')}
        </Button>
      </Stack>
    </form>
  )
}

export const SignIn = () => {
  const { t } = useTranslation()
  return (
    <Center mih="100dvh" p="md" component="main">
      <Stack w="100%" maw={380} gap="lg">
        <Stack gap={4} align="center">
          <Image src={icon} alt="" w={56} h={56} />
          <Title order={1} size={28}>
            {t('app')}
          </Title>
          <Text size="sm" c="dimmed" ta="center">
            {t('signIn.motto')}
          </Text>
        </Stack>
        <Paper withBorder p="lg" radius="lg" shadow="xs">
          <SignInForm />
        </Paper>
        <Center>
          <LanguageSwitch />
        </Center>
      </Stack>
    </Center>
  )
}
