import { v7 as uuid } from 'uuid'
import { addDays } from '#playlists'
import {
  AppError,
  type AreaId,
  type AreaKind,
  type LocalDate,
  type Reorganisation,
  type ReorganisationOutcome,
} from '#protocol'
import type { Database } from './open-database.ts'
import type { Schema } from './schema.ts'
import { searchText } from './search-text.ts'

export type Succession = {
  oldId: AreaId
  newId: AreaId
  kind: string
  effective: LocalDate
  decree: string
}

const ROWS_PER_INSERT = 500

/** The kind of a unit is the first word of its official name. */
const kindOf = (name: string): AreaKind => {
  if (/^Phường/i.test(name)) return 'ward'
  if (/^Thị trấn/i.test(name)) return 'township'
  if (/^Đặc khu/i.test(name)) return 'special-zone'
  return 'commune'
}

type Plan = {
  areas: Schema['area'][]
  edges: Schema['succession'][]
  outcome: ReorganisationOutcome
}

/** What a list means for the areas that hold the day before it takes effect. */
const planOf = (list: Reorganisation, areas: readonly Schema['area'][]): Plan => {
  const before = addDays(list.effective, -1)
  const old = new Map<string, Schema['area'][]>()
  for (const area of areas) {
    const holds = area.valid_from <= before && (area.valid_to === null || area.valid_to >= before)
    if (holds) old.set(area.code, [...(old.get(area.code) ?? []), area])
  }
  const problems: string[] = []
  const zone = areas[0]?.time_zone ?? 'Asia/Ho_Chi_Minh'
  const shared = { time_zone: zone, valid_from: list.effective, valid_to: null }
  const provinceId = uuid()
  const provinceNames = [list.newProvince.name]
  const rows: Schema['area'][] = [
    {
      ...{ id: provinceId, code: list.newProvince.code, name: list.newProvince.name },
      ...{ kind: 'province', parent_id: null, id_path: `/${provinceId}/` },
      name_path: JSON.stringify(provinceNames),
      ...shared,
    },
  ]
  const edges: Schema['succession'][] = []
  const taken = new Map<string, number>()
  for (const unit of list.units) {
    const id = uuid()
    rows.push({
      ...{ id, code: unit.code, name: unit.name, kind: kindOf(unit.name), parent_id: provinceId },
      id_path: `/${provinceId}/${id}/`,
      name_path: JSON.stringify([...provinceNames, unit.name]),
      ...shared,
    })
    for (const { code, name, part } of unit.from) {
      const [area, ...others] = old.get(code) ?? []
      if (!area || others.length > 0) {
        problems.push(`${unit.name}: ${code} ${name} ${area ? '×2' : '?'}`)
        continue
      }
      // Lists write the tone of one syllable on either of its vowels, and capitals as they like.
      if (searchText(area.name) !== searchText(name))
        problems.push(`${unit.name}: ${code} ${name} ≠ ${area.name}`)
      taken.set(code, (taken.get(code) ?? 0) + 1)
      edges.push({
        ...{ old_area_id: area.id, new_area_id: id, kind: part },
        ...{ effective: list.effective, decree: list.decree },
      })
    }
  }
  const split = [...taken].filter(([, count]) => count > 1).map(([code]) => code)
  const counts = { newUnits: list.units.length, oldUnits: taken.size }
  return { areas: rows, edges, outcome: { applied: false, ...counts, split, problems } }
}

export const createSuccessions = (db: Database) => ({
  async list(): Promise<Succession[]> {
    const rows = await db.selectFrom('succession').selectAll().orderBy('effective').execute()
    return rows.map(({ old_area_id, new_area_id, kind, effective, decree }) => ({
      oldId: old_area_id as AreaId,
      newId: new_area_id as AreaId,
      ...{ kind, effective, decree },
    }))
  },

  /**
   * Adds the new units of a re-organisation and says which old ones they take over. Old areas, what
   * stands in them and all records stay as they are. Without `apply` nothing is written. A list
   * with problems is not applied.
   * @throws AppError area-code-taken where it was applied before
   */
  async reorganise(list: Reorganisation, apply: boolean): Promise<ReorganisationOutcome> {
    return db.transaction().execute(async (tx) => {
      const existing = await tx.selectFrom('area').selectAll().execute()
      const codes = new Set(
        existing.filter((area) => area.valid_from === list.effective).map(({ code }) => code),
      )
      const { areas, edges, outcome } = planOf(list, existing)
      for (const { code } of areas) {
        if (codes.has(code)) throw new AppError('area-code-taken', { code, date: list.effective })
        codes.add(code)
      }
      if (!apply || outcome.problems.length > 0) return outcome
      for (let start = 0; start < areas.length; start += ROWS_PER_INSERT) {
        const rows = areas.slice(start, start + ROWS_PER_INSERT)
        await tx.insertInto('area').values(rows).execute()
      }
      for (let start = 0; start < edges.length; start += ROWS_PER_INSERT) {
        const rows = edges.slice(start, start + ROWS_PER_INSERT)
        await tx.insertInto('succession').values(rows).execute()
        await tx
          .updateTable('area')
          .set({ valid_to: addDays(list.effective, -1) })
          .where(
            'id',
            'in',
            rows.map((edge) => edge.old_area_id),
          )
          .execute()
      }
      return { ...outcome, applied: true }
    })
  },
})

export type Successions = ReturnType<typeof createSuccessions>
