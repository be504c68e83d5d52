import { AppError, EnrolAnswer, Problem } from '#protocol'
import { boundedText } from '../link/bounded-text.ts'

const ANSWER_MS = 30_000
/** Keys and a name; a refusal with its words. */
const MOST_ANSWER_BYTES = 1_000_000

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/**
 * Spends an enrolment code at the server.
 * @throws AppError server-unreachable, or what the server refused it with
 */
export const askServer = async (
  server: string,
  request: { code: string; deviceKey: string; journalKey: string; software: string },
): Promise<EnrolAnswer> => {
  let response: Response
  let text = ''
  try {
    response = await fetch(new URL('/api/player/enrolment', server), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(request),
      // The code goes to the server that was named, and to no other.
      redirect: 'manual',
      signal: AbortSignal.timeout(ANSWER_MS),
    })
    const { body, headers } = response
    if (body) text = await boundedText(body, MOST_ANSWER_BYTES, headers.get('content-length'))
  } catch (cause) {
    const reason = cause instanceof Error ? (cause.cause ?? cause) : cause
    const detail = reason instanceof Error ? reason.message : String(reason)
    throw new AppError('server-unreachable', { server, detail }, { cause })
  }
  const answer = parsed(text)
  const enrolled = EnrolAnswer.safeParse(answer)
  if (response.ok && enrolled.success) return enrolled.data
  const refused = Problem.safeParse(answer).data
  if (refused) throw new AppError(refused.code, {}, { fields: refused.fields })
  const location = response.headers.get('location')?.slice(0, 200)
  const detail = [`HTTP ${response.status}`, location].filter(Boolean).join(' → ')
  throw new AppError('server-unreachable', { server, detail })
}
