import { Container } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { api } from '../server.ts'
import { Refusal } from '../transport.ts'
import { ErrorNotice, Loading } from '../ui/notices.tsx'
import { Frame } from './frame.tsx'
import { SignIn } from './sign-in.tsx'

/** The panel for whoever is signed in; the door for whoever is not. */
export const Shell = () => {
  const { data, error, isPending, refetch } = useQuery({
    queryKey: ['session'],
    queryFn: api.whoAmI,
    staleTime: 60_000,
  })
  if (data) return <Frame user={data} />
  if (isPending && data === undefined) return <Loading />
  if (error && !(error instanceof Refusal && error.code === 'not-signed-in')) {
    return (
      <Container size="xs" py="xl">
        <ErrorNotice error={error} onRetry={() => void refetch()} />
      </Container>
    )
  }
  return <SignIn />
}
