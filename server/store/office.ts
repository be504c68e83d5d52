import type { EpochMs, VerifierKey } from '#protocol'
import type { Database } from './open-database.ts'

/** Whose database this is, as the database itself says. */
export type OfficeRow = {
  id: string
  /** When a server last said that it serves this database, by its own clock. */
  seenAt: EpochMs
  ledgerKey: VerifierKey
  signingKeyid: string
  /** How often the key for manifests had been changed. */
  signingVersion: number
}

type Keys = Pick<OfficeRow, 'ledgerKey' | 'signingKeyid' | 'signingVersion'>

export const createOffice = (db: Database) => ({
  async read(): Promise<OfficeRow | undefined> {
    const row = await db.selectFrom('office').selectAll().executeTakeFirst()
    return (
      row && {
        id: row.id,
        seenAt: row.seen_at,
        ledgerKey: row.ledger_key as VerifierKey,
        signingKeyid: row.signing_keyid,
        signingVersion: row.signing_version,
      }
    )
  },

  async add(id: string, keys: Keys, at: EpochMs): Promise<void> {
    await db
      .insertInto('office')
      .values({
        id,
        made_at: at,
        seen_at: at,
        ledger_key: keys.ledgerKey,
        signing_keyid: keys.signingKeyid,
        signing_version: keys.signingVersion,
      })
      .execute()
  },

  async seen(at: EpochMs): Promise<void> {
    await db.updateTable('office').set({ seen_at: at }).execute()
  },

  /** The key for manifests was changed. */
  async signsWith(signingKeyid: string, signingVersion: number): Promise<void> {
    await db
      .updateTable('office')
      .set({ signing_keyid: signingKeyid, signing_version: signingVersion })
      .execute()
  },

  /**
   * Whether anything in the database depends on the keys that were in use: a device trusts one of
   * them, or a day was signed.
   */
  async dependsOnKeys(): Promise<boolean> {
    const device = await db
      .selectFrom('device')
      .select('id')
      .where('device_key', 'is not', null)
      .limit(1)
      .executeTakeFirst()
    const day = await db.selectFrom('day_root').select('date').limit(1).executeTakeFirst()
    return device !== undefined || day !== undefined
  },

  /** The latest instant that a server wrote down by its own clock; undefined where none did. */
  async lastWritten(): Promise<EpochMs | undefined> {
    const audit = await db
      .selectFrom('audit')
      .select((eb) => eb.fn.max('at').as('at'))
      .executeTakeFirst()
    const day = await db
      .selectFrom('day_root')
      .select((eb) => eb.fn.max('made_at').as('at'))
      .executeTakeFirst()
    const latest = Math.max(Number(audit?.at ?? 0), Number(day?.at ?? 0))
    return latest > 0 ? latest : undefined
  },
})

export type Office = ReturnType<typeof createOffice>
