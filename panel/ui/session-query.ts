import { queryOptions } from '@tanstack/react-query'
import { api } from '../server.ts'
import { Refusal } from '../transport.ts'

/** To be nobody is an answer and no failure: asked for again, the form and what is typed into it stay. */
const whoAmI = () =>
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
