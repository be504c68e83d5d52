import type { Transaction } from 'kysely'
import type { DeviceId, Envelope, EpochMs, Sha256 } from '#protocol'
import type { Database } from './open-database.ts'
import { type HistoryEntry, notePlans } from './plan-history.ts'
import type { Schema } from './schema.ts'

/** A payload in the pieces in which it is kept; what many devices hold alike is kept once. */
export type ManifestPieces = {
  head: string
  holding: { text: string; sha256: string }
  tail: string
}

/** A manifest that was just signed. */
export type NewManifest = Omit<StoredManifest, 'envelope'> &
  ManifestPieces &
  Pick<Envelope, 'payloadType' | 'signatures'>

/** The envelope as it was signed. */
export const envelopeOf = ({
  head,
  holding,
  tail,
  payloadType,
  signatures,
}: ManifestPieces & Pick<Envelope, 'payloadType' | 'signatures'>): Envelope => ({
  payloadType,
  payload: Buffer.from(head + holding.text + tail, 'utf8').toString('base64'),
  signatures,
})

/** A signed manifest as a device must get it. */
export type StoredManifest = {
  deviceId: DeviceId
  revision: number
  contentHash: string
  envelope: Envelope
  issuedAt: EpochMs
}

/** What a manifest is compared by. */
export type ManifestHead = Pick<StoredManifest, 'revision' | 'contentHash'>

const ROWS_PER_INSERT = 200
/** Each may be megabytes. */
const PLANS_PER_INSERT = 20
const IDS_PER_QUERY = 500

const chunks = <T>(all: readonly T[], size: number): T[][] =>
  Array.from({ length: Math.ceil(all.length / size) }, (_, index) =>
    all.slice(index * size, (index + 1) * size),
  )

const addPlans = async (
  tx: Transaction<Schema>,
  plans: ReadonlyMap<Sha256, string>,
): Promise<void> => {
  const bodies = [...plans].map(([sha256, body]) => ({ sha256, body }))
  for (const rows of chunks(bodies, PLANS_PER_INSERT)) {
    await tx
      .insertInto('day_plan')
      .values(rows)
      .onConflict((c) => c.doNothing())
      .execute()
  }
}

export const createManifests = (db: Database) => ({
  /** Revision and content of some devices' manifests: what a new compilation is compared with. */
  async heads(ids: readonly DeviceId[]): Promise<Map<DeviceId, ManifestHead>> {
    const heads = new Map<DeviceId, ManifestHead>()
    for (const some of chunks(ids, IDS_PER_QUERY)) {
      const rows = await db
        .selectFrom('manifest')
        .select(['device_id', 'revision', 'content_hash'])
        .where('device_id', 'in', some)
        .execute()
      for (const { device_id, revision, content_hash } of rows)
        heads.set(device_id as DeviceId, { revision, contentHash: content_hash })
    }
    return heads
  },

  async get(deviceId: DeviceId): Promise<StoredManifest | undefined> {
    const row = await db
      .selectFrom('manifest')
      .innerJoin('holding', 'holding.sha256', 'manifest.holding')
      .selectAll('manifest')
      .select('holding.body')
      .where('manifest.device_id', '=', deviceId)
      .executeTakeFirst()
    if (!row) return undefined
    const { revision, content_hash: contentHash, issued_at: issuedAt, head, tail } = row
    const envelope = envelopeOf({
      head,
      holding: { text: row.body, sha256: row.holding },
      tail,
      payloadType: row.payload_type,
      signatures: JSON.parse(row.signatures) as Envelope['signatures'],
    })
    return { deviceId, revision, contentHash, envelope, issuedAt }
  },

  /** Stores plans that manifests will name. */
  savePlans: (plans: ReadonlyMap<Sha256, string>): Promise<void> =>
    db.transaction().execute((tx) => addPlans(tx, plans)),

  /**
   * Stores manifests and the plans that they name, and the publication that made them where one did:
   * all or nothing, and on disk when this returns.
   * @param contents what the manifests say, for the history of what was planned
   */
  async save<Made>(
    plans: ReadonlyMap<Sha256, string>,
    manifests: readonly NewManifest[],
    contents: readonly HistoryEntry[],
    publish: (tx: Transaction<Schema>) => Promise<Made>,
  ): Promise<Made> {
    return db.transaction().execute(async (tx) => {
      await notePlans(tx, contents)
      await addPlans(tx, plans)
      const holdings = new Map(manifests.map(({ holding }) => [holding.sha256, holding.text]))
      const shared = [...holdings].map(([sha256, body]) => ({ sha256, body }))
      for (const rows of chunks(shared, ROWS_PER_INSERT)) {
        await tx
          .insertInto('holding')
          .values(rows)
          .onConflict((c) => c.doNothing())
          .execute()
      }
      const values = manifests.map((manifest) => ({
        device_id: manifest.deviceId,
        revision: manifest.revision,
        content_hash: manifest.contentHash,
        head: manifest.head,
        holding: manifest.holding.sha256,
        tail: manifest.tail,
        payload_type: manifest.payloadType,
        signatures: JSON.stringify(manifest.signatures),
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
              head: eb.ref('excluded.head'),
              holding: eb.ref('excluded.holding'),
              tail: eb.ref('excluded.tail'),
              payload_type: eb.ref('excluded.payload_type'),
              signatures: eb.ref('excluded.signatures'),
              issued_at: eb.ref('excluded.issued_at'),
            })),
          )
          .execute()
      }
      return publish(tx)
    })
  },

  /** Lets go of what no device holds any more. */
  async prune(): Promise<void> {
    await db
      .deleteFrom('holding')
      .where(({ not, exists, selectFrom }) =>
        not(
          exists(
            selectFrom('manifest')
              .select('manifest.device_id')
              .whereRef('manifest.holding', '=', 'holding.sha256'),
          ),
        ),
      )
      .execute()
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
