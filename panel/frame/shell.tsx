import { Container } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { SignedIn } from '#protocol'
import { ErrorNotice, Loading } from '../ui/notices.tsx'
import { SIGNED_OUT, sessionQuery } from '../ui/session-query.ts'
import { Frame } from './frame.tsx'
import { SignIn } from './sign-in.tsx'
import { SignInAgain } from './sign-in-again.tsx'

/**
 * The panel for who is signed in, the page to sign in for others. Where a session ends by itself the panel
 * stays, with all that was typed into it, until somebody signs in again.
 */
export const Shell = () => {
  const { data, error, refetch } = useQuery(sessionQuery)
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
