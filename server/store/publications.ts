import type { Transaction } from 'kysely'
import { AppError, type Change, type EpochMs, type Publication, type Rollout } from '#protocol'
import { below, type Scope } from './areas.ts'
import type { Content } from './content.ts'
import type { NewManifest } from './manifests.ts'
import type { Database } from './open-database.ts'
import type { Schema } from './schema.ts'
import { claimNoun } from './stamps.ts'

const ROWS_PER_INSERT = 500
const MOST_MISSING = 100

export type NewPublication = {
  /** The number of the publication that it was made upon. */
  base: number
  at: EpochMs
  by: string
  changes: readonly Change[]
  restored: number | null
  content: Content
}

type Row = Pick<Schema['publication'], 'number' | 'at' | 'by' | 'changes' | 'devices' | 'restored'>

const toPublication = ({ changes, ...row }: Row): Publication => ({
  ...row,
  changes: JSON.parse(changes) as Change[],
})

const COLUMNS = ['number', 'at', 'by', 'changes', 'devices', 'restored'] as const

/**
 * Writes the next publication, in the transaction that also writes what it makes of devices.
 * @throws AppError draft-changed where another one was made meanwhile
 */
export const addPublication = async (
  tx: Transaction<Schema>,
  { base, content, changes, ...publication }: NewPublication,
  manifests: readonly NewManifest[],
): Promise<Publication> => {
  await claimNoun(tx, 'publication')
  const last = await tx
    .selectFrom('publication')
    .select((eb) => eb.fn.max('number').as('number'))
    .executeTakeFirst()
  if ((last?.number ?? 0) !== base) throw new AppError('draft-changed')
  const number = base + 1
  const row: Row = {
    number,
    ...publication,
    changes: JSON.stringify(changes),
    devices: manifests.length,
  }
  await tx
    .insertInto('publication')
    .values({ ...row, content: JSON.stringify(content) })
    .execute()
  const reached = manifests.map(({ deviceId, revision }) => ({
    number,
    device_id: deviceId,
    revision,
  }))
  for (let start = 0; start < reached.length; start += ROWS_PER_INSERT) {
    await tx
      .insertInto('publication_device')
      .values(reached.slice(start, start + ROWS_PER_INSERT))
      .execute()
  }
  return toPublication(row)
}

export const createPublications = (db: Database) => ({
  /** What is published now. */
  async last(): Promise<(Publication & { content: Content }) | undefined> {
    const row = await db
      .selectFrom('publication')
      .select([...COLUMNS, 'content'])
      .orderBy('number', 'desc')
      .limit(1)
      .executeTakeFirst()
    if (!row) return undefined
    const { content, ...rest } = row
    return { ...toPublication(rest), content: JSON.parse(content) as Content }
  },

  async get(number: number): Promise<Publication | undefined> {
    const row = await db
      .selectFrom('publication')
      .select(COLUMNS)
      .where('number', '=', number)
      .executeTakeFirst()
    return row && toPublication(row)
  },

  /** What was published as this number. */
  async content(number: number): Promise<Content | undefined> {
    const row = await db
      .selectFrom('publication')
      .select('content')
      .where('number', '=', number)
      .executeTakeFirst()
    return row && (JSON.parse(row.content) as Content)
  },

  /** The number of the publication that held at an instant. */
  async numberAt(at: EpochMs): Promise<number | undefined> {
    const row = await db
      .selectFrom('publication')
      .select('number')
      .where('at', '<=', at)
      .orderBy('number', 'desc')
      .limit(1)
      .executeTakeFirst()
    return row?.number
  },

  /** Newest first, from below a number. */
  async page(before: number | undefined, limit: number): Promise<Publication[]> {
    let query = db.selectFrom('publication').select(COLUMNS)
    if (before !== undefined) query = query.where('number', '<', before)
    const rows = await query.orderBy('number', 'desc').limit(limit).execute()
    return rows.map(toPublication)
  },

  async count(): Promise<number> {
    const { count } = await db
      .selectFrom('publication')
      .select((eb) => eb.fn.countAll<number>().as('count'))
      .executeTakeFirstOrThrow()
    return Number(count)
  },

  /** How many of a publication's devices in a scope hold it by now, and some of those that do not. */
  async rollout(
    number: number,
    scope: Scope,
    isOnline: (deviceId: string) => boolean,
  ): Promise<Rollout> {
    let reached = db
      .selectFrom('publication_device')
      .innerJoin('device', 'device.id', 'publication_device.device_id')
      .innerJoin('area', 'area.id', 'device.area_id')
      .where('publication_device.number', '=', number)
    if (scope !== 'everywhere') reached = reached.where('device.area_id', 'in', below(db, scope))
    const { devices } = await reached
      .select((eb) => eb.fn.countAll<number>().as('devices'))
      .executeTakeFirstOrThrow()
    const behind = reached.where((eb) =>
      eb.or([
        eb('device.applied_revision', 'is', null),
        eb('device.applied_revision', '<', eb.ref('publication_device.revision')),
      ]),
    )
    const { missing } = await behind
      .select((eb) => eb.fn.countAll<number>().as('missing'))
      .executeTakeFirstOrThrow()
    const rows = await behind
      .select(['device.id', 'device.name', 'area.name_path'])
      .orderBy('area.id_path')
      .orderBy('device.id')
      .limit(MOST_MISSING)
      .execute()
    return {
      number,
      devices: Number(devices),
      applied: Number(devices) - Number(missing),
      missing: rows.map(({ id, name, name_path }) => ({
        name,
        area: (JSON.parse(name_path) as string[]).slice(-2).join(' › '),
        online: isOnline(id),
      })),
    }
  },
})

export type Publications = ReturnType<typeof createPublications>
