import { Container } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { SignedIn } from '#protocol'
import { api } from '../server.ts'
import { Refusal } from '../transport.ts'
import { ErrorNotice, Loading } from '../ui/notices.tsx'
import { Frame } from './frame.tsx'
import { SIGNED_OUT } from './session.ts'
import { SignIn } from './sign-in.tsx'
import { SignInAgain } from './sign-in-again.tsx'

/** To be nobody is an answer and no failure: asked for again, the form and what is typed into it stay. */
const whoAmI = () =>
  api.whoAmI().catch((error) => {
    if (error instanceof Refusal && error.code === 'not-signed-in') return null
    throw error
  })

/**
 * The panel for who is signed in, the page to sign in for others. Where a session ends by itself the panel
 * stays, with all that was typed into it, until somebody signs in again.
 */
export const Shell = () => {
  const { data, error, refetch } = useQuery<SignedIn | typeof SIGNED_OUT | null>({
    queryKey: ['session'],
    queryFn: whoAmI,
    staleTime: 60_000,
  })
  const [last, setLast] = useState<SignedIn>()
  const user = data === SIGNED_OUT ? undefined : (data ?? last)
  if (data !== undefined && user !== last) setLast(user)
  if (user && data !== undefined)
    return (
      <>
        <Frame user={data === SIGNED_OUT ? null : data} />
        {data === null && <SignInAgain username={user.username} />}
      </>
    )
  if (data === null || data === SIGNED_OUT) return <SignIn />
  if (!error) return <Loading />
  return (
    <Container size="xs" py="xl">
      <ErrorNotice error={error} onRetry={() => void refetch()} />
    </Container>
  )
}
