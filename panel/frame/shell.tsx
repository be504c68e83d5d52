import { Container } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { api } from '../server.ts'
import { Refusal } from '../transport.ts'
import { ErrorNotice, Loading } from '../ui/notices.tsx'
import { Frame } from './frame.tsx'
import { SignIn } from './sign-in.tsx'

/** To be nobody is an answer and no failure: asked for again, the form and what is typed into it stay. */
const whoAmI = () =>
  api.whoAmI().catch((error) => {
    if (error instanceof Refusal && error.code === 'not-signed-in') return null
    throw error
  })

/** The panel for whoever is signed in; the door for whoever is not. */
export const Shell = () => {
  const { data, error, refetch } = useQuery({
    queryKey: ['session'],
    queryFn: whoAmI,
    staleTime: 60_000,
  })
  if (data) return <Frame user={data} />
  if (data === null) return <SignIn />
  if (!error) return <Loading />
  return (
    <Container size="xs" py="xl">
      <ErrorNotice error={error} onRetry={() => void refetch()} />
    </Container>
  )
}
