import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query'
import type { EpochMs } from '#protocol'
import { createApi } from './api.ts'
import { currentLang } from './i18n/index.ts'
import { createTransport, Refusal } from './transport.ts'

let serverAheadMs = 0

const fetchAndNoteTime = async (path: string, init?: RequestInit): Promise<Response> => {
  const response = await fetch(path, init)
  const date = Date.parse(response.headers.get('date') ?? '')
  if (Number.isFinite(date)) serverAheadMs = date - Date.now()
  return response
}

/** The server's time, to the second: an office computer's clock may be minutes off. */
export const serverNow = (): EpochMs => Date.now() + serverAheadMs

/** The panel's one connection to its server. */
export const api = createApi(createTransport(fetchAndNoteTime, currentLang))

/** A session may end at any time: the frame asks to sign in again over what is being worked on. */
export function noteNotSignedIn(): void {
  queries.setQueryData(['session'], null)
}

function noteSession(error: unknown): void {
  if (error instanceof Refusal && error.code === 'not-signed-in') noteNotSignedIn()
}

/** What is known of the server's state; the socket says when it is no longer true. */
export const queries: QueryClient = new QueryClient({
  queryCache: new QueryCache({ onError: noteSession }),
  mutationCache: new MutationCache({ onError: noteSession }),
  defaultOptions: {
    queries: {
      staleTime: 30_000,
      retry: (count, error) => error instanceof Refusal && error.code === 'offline' && count < 3,
    },
  },
})
