import { Container } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { ErrorNotice, Loading } from '../ui/notices.tsx'
import { sessionQuery } from '../ui/session-query.ts'
import { Frame } from './frame.tsx'
import { SignIn } from './sign-in.tsx'

/** The panel for whoever is signed in; the door for whoever is not. */
export const Shell = () => {
  const { data, error, refetch } = useQuery(sessionQuery)
  if (data) return <Frame user={data} />
  if (data === null) return <SignIn />
  if (!error) return <Loading />
  return (
    <Container size="xs" py="xl">
      <ErrorNotice error={error} onRetry={() => void refetch()} />
    </Container>
  )
}
