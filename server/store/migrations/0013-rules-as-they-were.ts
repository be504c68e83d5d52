import type { Kysely } from 'kysely'

type Tables = {
  draft: { what: string; id: string; body: string | null }
  publication: { number: number; content: string }
}

/** A moment in the UNTIL of a rule, inside the text of a schedule. */
const UNTIL_MOMENT = /("rrule":"[^"]*\bUNTIL=\d{8})T\d{6}Z?/gi

/**
 * Until this version a rule happened up to and including the date of its UNTIL, whatever its time said.
 * Stored rules keep what they meant: the time goes, the date stays. No schedule gains or loses a day.
 */
export const up = async (untyped: Kysely<unknown>): Promise<void> => {
  const db = untyped as Kysely<Tables>
  const schedules = await db
    .selectFrom('draft')
    .select(['id', 'body'])
    .where('what', '=', 'schedule')
    .where('body', 'is not', null)
    .execute()
  for (const { id, body } of schedules) {
    const rewritten = body?.replace(UNTIL_MOMENT, '$1')
    if (rewritten === undefined || rewritten === body) continue
    await db
      .updateTable('draft')
      .set({ body: rewritten })
      .where('what', '=', 'schedule')
      .where('id', '=', id)
      .execute()
  }
  const publications = await db.selectFrom('publication').select('number').execute()
  // One at a time: each holds everything that was published with it.
  for (const { number } of publications) {
    const { content } = await db
      .selectFrom('publication')
      .select('content')
      .where('number', '=', number)
      .executeTakeFirstOrThrow()
    const rewritten = content.replace(UNTIL_MOMENT, '$1')
    if (rewritten === content) continue
    await db
      .updateTable('publication')
      .set({ content: rewritten })
      .where('number', '=', number)
      .execute()
  }
}
