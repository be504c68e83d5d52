import type { DeviceId, Envelope, EpochMs, Sha256 } from '#protocol'
import type { Database } from './open-database.ts'
import { type HistoryEntry, notePlans } from './plan-history.ts'

/** A signed manifest as a device must get it. */
export type StoredManifest = {
  deviceId: DeviceId
  revision: number
  contentHash: string
  envelope: Envelope
  issuedAt: EpochMs
}

const ROWS_PER_INSERT = 200

const chunks = <T>(all: readonly T[], size: number): T[][] =>
  Array.from({ length: Math.ceil(all.length / size) }, (_, index) =>
    all.slice(index * size, (index + 1) * size),
  )

export const createManifests = (db: Database) => ({
  /**
   * Revision and content of every device's manifest, or one device's: what a new compilation is
   * compared with.
   */
  async heads(only?: DeviceId): Promise<Map<DeviceId, { revision: number; contentHash: string }>> {
    let query = db.selectFrom('manifest').select(['device_id', 'revision', 'content_hash'])
    if (only !== undefined) query = query.where('device_id', '=', only)
    const rows = await query.execute()
    return new Map(
      rows.map((row) => [
        row.device_id as DeviceId,
        { revision: row.revision, contentHash: row.content_hash },
      ]),
    )
  },

  async get(deviceId: DeviceId): Promise<StoredManifest | undefined> {
    const row = await db
      .selectFrom('manifest')
      .selectAll()
      .where('device_id', '=', deviceId)
      .executeTakeFirst()
    return (
      row && {
        deviceId,
        revision: row.revision,
        contentHash: row.content_hash,
        envelope: JSON.parse(row.envelope) as Envelope,
        issuedAt: row.issued_at,
      }
    )
  },

  /**
   * Stores manifests and the plans that they name, all or nothing.
   * @param contents what the manifests say, for the history of what was planned
   */
  async save(
    plans: ReadonlyMap<Sha256, string>,
    manifests: readonly StoredManifest[],
    contents: readonly HistoryEntry[] = [],
  ): Promise<void> {
    await db.transaction().execute(async (tx) => {
      await notePlans(tx, contents)
      const bodies = [...plans].map(([sha256, body]) => ({ sha256, body }))
      for (const rows of chunks(bodies, ROWS_PER_INSERT)) {
        await tx
          .insertInto('day_plan')
          .values(rows)
          .onConflict((c) => c.doNothing())
          .execute()
      }
      const values = manifests.map((manifest) => ({
        device_id: manifest.deviceId,
        revision: manifest.revision,
        content_hash: manifest.contentHash,
        envelope: JSON.stringify(manifest.envelope),
        issued_at: manifest.issuedAt,
      }))
      for (const rows of chunks(values, ROWS_PER_INSERT)) {
        await tx
          .insertInto('manifest')
          .values(rows)
          .onConflict((c) =>
            c.column('device_id').doUpdateSet((eb) => ({
              revision: eb.ref('excluded.revision'),
              content_hash: eb.ref('excluded.content_hash'),
              envelope: eb.ref('excluded.envelope'),
              issued_at: eb.ref('excluded.issued_at'),
            })),
          )
          .execute()
      }
    })
  },

  async plan(sha256: Sha256): Promise<string | undefined> {
    const row = await db
      .selectFrom('day_plan')
      .select('body')
      .where('sha256', '=', sha256)
      .executeTakeFirst()
    return row?.body
  },
})

export type Manifests = ReturnType<typeof createManifests>
