import type { Transaction } from 'kysely'
import { AppError, type Campaign, type ThemeId } from '#protocol'
import {
  type Content,
  type Entry,
  NO_CONTENT,
  NOUNS,
  type Thing,
  type What,
  withEntries,
} from './content.ts'
import type { Database } from './open-database.ts'
import type { Schema } from './schema.ts'
import { claimNoun, type Stamps } from './stamps.ts'

const ROWS_AT_A_TIME = 500

type Reader = Database | Transaction<Schema>

const key = (what: string, id: string): string => `${what} ${id}`

const toThing = ({ id, version, body }: Schema['draft']): Thing =>
  ({ id, version, ...JSON.parse(body ?? '{}') }) as Thing

/** Reads the draft; what `known` holds in the same version is taken from it, the very same objects. */
export const readDraft = async (db: Reader, known: Content = NO_CONTENT): Promise<Content> => {
  const rows = await db
    .selectFrom('draft')
    .select(['what', 'id', 'version'])
    .where('body', 'is not', null)
    .orderBy('id')
    .execute()
  const held = new Map<string, Thing>()
  for (const [what, noun] of Object.entries(NOUNS)) {
    for (const thing of known[noun]) held.set(key(what, thing.id), thing)
  }
  const missing = rows.filter(
    ({ what, id, version }) => held.get(key(what, id))?.version !== version,
  )
  for (let start = 0; start < missing.length; start += ROWS_AT_A_TIME) {
    const ids = missing.slice(start, start + ROWS_AT_A_TIME).map(({ id }) => id)
    const found = await db.selectFrom('draft').selectAll().where('id', 'in', ids).execute()
    for (const row of found) {
      if (row.body !== null) held.set(key(row.what, row.id), toThing(row))
    }
  }
  const content: Record<string, Thing[]> = {}
  for (const noun of Object.values(NOUNS)) content[noun] = []
  for (const { what, id } of rows) {
    const thing = held.get(key(what, id))
    if (thing) content[NOUNS[what as What]]?.push(thing)
  }
  return content as unknown as Content
}

const setThemes = async (tx: Transaction<Schema>, campaign: Campaign | null, id: string) => {
  const kept = (campaign?.themes ?? []).map((theme): ThemeId => theme.id)
  await tx
    .deleteFrom('theme')
    .where('campaign_id', '=', id)
    .where('id', 'not in', [...kept, ''])
    .execute()
  const rows = kept.map((themeId) => ({ id: themeId, campaign_id: id }))
  if (rows.length > 0) {
    await tx
      .insertInto('theme')
      .values(rows)
      .onConflict((c) => c.doNothing())
      .execute()
  }
}

/** Somebody who changes the draft. */
export type Author = { id: string; name: string }

/**
 * Writes one thing as the version after the one that is there.
 * @param by null where it only goes back to what is published: nobody has then written anything
 * @returns it as it is now
 */
const put = async (
  tx: Transaction<Schema>,
  { what, id, value }: Entry,
  by: Author | null,
): Promise<Thing | null> => {
  if (what === 'campaign') await setThemes(tx, value, id)
  let body: string | null = null
  if (value) {
    const { id: _id, version: _version, ...rest } = value
    body = JSON.stringify(rest)
  }
  const { version } = await tx
    .insertInto('draft')
    .values({ what, id, version: 1, body })
    .onConflict((c) =>
      c.columns(['what', 'id']).doUpdateSet((eb) => ({
        version: eb('draft.version', '+', 1),
        body: eb.ref('excluded.body'),
      })),
    )
    .returning('version')
    .executeTakeFirstOrThrow()
  if (by) {
    const author = { what, id, version, user_id: by.id, name: by.name }
    await tx.insertInto('draft_author').values(author).execute()
  } else {
    await tx.deleteFrom('draft_author').where('what', '=', what).where('id', '=', id).execute()
  }
  return value && { ...value, version }
}

/**
 * Writes what is published again into the draft too, in the transaction that publishes it.
 * @param stamps of the draft that it was decided about
 * @returns the content with the versions that the draft now has
 * @throws AppError draft-changed where the draft was changed meanwhile
 */
export const bringBack = async (
  tx: Transaction<Schema>,
  content: Content,
  entries: readonly Entry[],
  stamps: Pick<Stamps, 'draft'>,
): Promise<Content> => {
  if ((await claimNoun(tx, 'draft')) - 1 !== stamps.draft) throw new AppError('draft-changed')
  const written: Entry[] = []
  for (const entry of entries)
    written.push({ ...entry, value: await put(tx, entry, null) } as Entry)
  return withEntries(content, written)
}

export const createDraft = (db: Database) => ({
  read: (known?: Content) => readDraft(db, known),

  /** Somebody who changes the draft; null takes back what was written since it was published. */
  as: (by: Author | null) => ({
    /**
     * Changes the draft, all or nothing, and nobody else meanwhile: what is decided is decided about
     * the draft as it is when it changes.
     * @param decide may throw, and then nothing changes
     * @param known the draft as it was at a stamp: where nobody was quicker it is not read again
     * @returns what was written, in the order of the entries; null where it was deleted
     */
    async change(
      decide: (draft: Content) => readonly Entry[],
      known?: { draft: Content; stamps: Pick<Stamps, 'draft'> },
    ): Promise<(Thing | null)[]> {
      return db.transaction().execute(async (tx) => {
        const isCurrent = (await claimNoun(tx, 'draft')) - 1 === known?.stamps.draft
        const draft = isCurrent ? known.draft : await readDraft(tx, known?.draft)
        const written: (Thing | null)[] = []
        for (const entry of decide(draft)) written.push(await put(tx, entry, by))
        return written
      })
    },
  }),

  /** Who wrote each version of some things, as far back as that is known. */
  async authorsOf(things: readonly Pick<Entry, 'what' | 'id'>[]) {
    const ids = things.map(({ id }) => id)
    const found: { what: string; id: string; version: number; userId: string; name: string }[] = []
    for (let start = 0; start < ids.length; start += ROWS_AT_A_TIME) {
      const rows = await db
        .selectFrom('draft_author')
        .selectAll()
        .where('id', 'in', ids.slice(start, start + ROWS_AT_A_TIME))
        .execute()
      found.push(...rows.map(({ user_id: userId, ...row }) => ({ ...row, userId })))
    }
    return found
  },
})

export type DraftStore = ReturnType<typeof createDraft>
