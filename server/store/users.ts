import { v7 as uuid } from 'uuid'
import type { AreaId, EpochMs, Grant, Role } from '#protocol'
import type { Database } from './open-database.ts'

export const createUsers = (db: Database) => ({
  async hasAdministrator(): Promise<boolean> {
    const found = await db
      .selectFrom('user_grant')
      .select('id')
      .where('role', '=', 'administrator')
      .where('area_id', 'is', null)
      .limit(1)
      .executeTakeFirst()
    return found !== undefined
  },

  async grantsOf(userId: string): Promise<Grant[]> {
    const rows = await db
      .selectFrom('user_grant')
      .selectAll()
      .where('user_id', '=', userId)
      .orderBy('id')
      .execute()
    return rows.map((row) => ({
      role: row.role as Role,
      areaId: row.area_id as AreaId | null,
      validFrom: row.valid_from,
      validTo: row.valid_to,
    }))
  },

  async addGrant(userId: string, grant: Grant): Promise<void> {
    await db
      .insertInto('user_grant')
      .values({
        id: uuid(),
        user_id: userId,
        role: grant.role,
        area_id: grant.areaId,
        valid_from: grant.validFrom,
        valid_to: grant.validTo,
      })
      .execute()
  },
})

export type Users = ReturnType<typeof createUsers>

export const createAudit = (db: Database) => ({
  /** Writes down who did what to what. */
  async add(entry: {
    at: EpochMs
    userId: string
    action: string
    subject: string
    detail?: unknown
  }): Promise<void> {
    await db
      .insertInto('audit')
      .values({
        id: uuid(),
        at: entry.at,
        user_id: entry.userId,
        action: entry.action,
        subject: entry.subject,
        detail: JSON.stringify(entry.detail ?? null),
      })
      .execute()
  },
})

export type Audit = ReturnType<typeof createAudit>
