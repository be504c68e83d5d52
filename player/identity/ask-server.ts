import { AppError, EnrolAnswer, Problem } from '#protocol'

/**
 * Spends an enrolment code at the server.
 * @throws AppError server-unreachable, or what the server refused it with
 */
export const askServer = async (
  server: string,
  request: { code: string; deviceKey: string; journalKey: string; software: string },
): Promise<EnrolAnswer> => {
  let response: Response
  try {
    response = await fetch(new URL('/api/player/enrolment', server), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(request),
    })
  } catch (cause) {
    const reason = cause instanceof Error ? (cause.cause ?? cause) : cause
    const detail = reason instanceof Error ? reason.message : String(reason)
    throw new AppError('server-unreachable', { server, detail }, { cause })
  }
  const answer: unknown = await response.json().catch(() => undefined)
  const enrolled = EnrolAnswer.safeParse(answer)
  if (response.ok && enrolled.success) return enrolled.data
  const refused = Problem.safeParse(answer).data
  if (refused) throw new AppError(refused.code, {}, { fields: refused.fields })
  throw new AppError('server-unreachable', { server, detail: `HTTP ${response.status}` })
}
