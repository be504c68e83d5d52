import { queryOptions } from '@tanstack/react-query'
import type { SignedIn } from '#protocol'
import { api } from '../server.ts'
import { Refusal } from '../transport.ts'

/** Stands for the user where somebody ended the session himself: nothing of his work is to be kept. */
export const SIGNED_OUT = 'signed-out'

/** To be nobody is an answer and no failure: asked for again, the form and what is typed into it stay. */
const whoAmI = (): Promise<SignedIn | typeof SIGNED_OUT | null> =>
  api.whoAmI().catch((error) => {
    if (error instanceof Refusal && error.code === 'not-signed-in') return null
    throw error
  })

/** Who is signed in; null: nobody. */
export const sessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: whoAmI,
  staleTime: 60_000,
})
