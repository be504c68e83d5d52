import { v7 as uuid } from 'uuid'
import {
  AppError,
  type Area,
  type AreaId,
  type AreaTree,
  type LocalDate,
  type TimeZone,
} from '#protocol'
import type { Database } from './open-database.ts'
import type { Schema } from './schema.ts'

const toArea = (row: Schema['area']): Area => ({
  id: row.id as AreaId,
  code: row.code,
  name: row.name,
  kind: row.kind as Area['kind'],
  parentId: row.parent_id as AreaId | null,
  path: JSON.parse(row.name_path) as string[],
  timeZone: row.time_zone,
  validFrom: row.valid_from,
  validTo: row.valid_to,
})

/** What a query may see: everything, or these areas and what lies below them. */
export type Scope = 'everywhere' | readonly string[]

/** The ids of these areas and of all areas below them, as a subquery. */
export const below = (db: Database, areaIds: readonly string[]) =>
  db
    .selectFrom('area')
    .select('area.id')
    .where((eb) => eb.or(areaIds.map((id) => eb('area.id_path', 'like', `%/${id}/%`))))

/** One insert of SQLite takes at most 32,766 values. */
const ROWS_PER_INSERT = 500

type Parent = { id: string; idPath: string; names: string[] }

/** Writes a tree as rows, parents before their children. */
const flatten = (
  tree: AreaTree,
  parent: Parent | null,
  shared: { timeZone: TimeZone; validFrom: LocalDate },
): Schema['area'][] => {
  const id = uuid()
  const names = [...(parent?.names ?? []), tree.name]
  const idPath = `${parent?.idPath ?? '/'}${id}/`
  const row: Schema['area'] = {
    id,
    code: tree.code,
    name: tree.name,
    kind: tree.kind,
    parent_id: parent?.id ?? null,
    id_path: idPath,
    name_path: JSON.stringify(names),
    time_zone: shared.timeZone,
    valid_from: shared.validFrom,
    valid_to: null,
  }
  const here = { id, idPath, names }
  return [row, ...(tree.children ?? []).flatMap((child) => flatten(child, here, shared))]
}

export const createAreas = (db: Database) => ({
  /** All areas, the tree in order: parents before children. */
  async list(): Promise<Area[]> {
    const rows = await db.selectFrom('area').selectAll().orderBy('id_path').execute()
    return rows.map(toArea)
  },

  /** The ids of an area and of all areas above it, or undefined where there is no such area. */
  async idsFrom(id: AreaId): Promise<string[] | undefined> {
    const row = await db
      .selectFrom('area')
      .select('id_path')
      .where('id', '=', id)
      .executeTakeFirst()
    return row?.id_path.split('/').filter((part) => part !== '')
  },

  /** An area and all areas below it. */
  async idsBelow(id: AreaId): Promise<AreaId[]> {
    const rows = await below(db, [id]).execute()
    return rows.map((row) => row.id as AreaId)
  },

  /** All areas that a scope reaches. */
  async idsWithin(areaIds: readonly string[]): Promise<Set<AreaId>> {
    if (areaIds.length === 0) return new Set()
    const rows = await below(db, areaIds).execute()
    return new Set(rows.map((row) => row.id as AreaId))
  },

  /**
   * Adds a tree under a parent (null: a new root), all or nothing.
   * @returns the root of what was added
   * @throws AppError area-code-taken, not-found
   */
  async importTree(
    tree: AreaTree,
    parentId: AreaId | null,
    shared: { timeZone: TimeZone; validFrom: LocalDate },
  ): Promise<Area> {
    return db.transaction().execute(async (tx) => {
      let parent: Parent | null = null
      if (parentId) {
        const row = await tx
          .selectFrom('area')
          .selectAll()
          .where('id', '=', parentId)
          .executeTakeFirst()
        if (!row) throw new AppError('not-found', { what: 'area' })
        parent = { id: row.id, idPath: row.id_path, names: JSON.parse(row.name_path) as string[] }
      }
      const rows = flatten(tree, parent, shared)
      const taken = await tx
        .selectFrom('area')
        .select('code')
        .where('valid_from', '=', shared.validFrom)
        .execute()
      const codes = new Set(taken.map((row) => row.code))
      for (const { code } of rows) {
        if (codes.has(code)) throw new AppError('area-code-taken', { code, date: shared.validFrom })
        codes.add(code)
      }
      for (let start = 0; start < rows.length; start += ROWS_PER_INSERT) {
        await tx
          .insertInto('area')
          .values(rows.slice(start, start + ROWS_PER_INSERT))
          .execute()
      }
      return toArea(rows[0] as Schema['area'])
    })
  },
})

export type Areas = ReturnType<typeof createAreas>
