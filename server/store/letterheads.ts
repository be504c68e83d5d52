import type { AreaId, Letterhead, LocalDate } from '#protocol'
import type { Database } from './open-database.ts'

/** What an office that has laid nothing down heads its reports with: its area, and blanks. */
const plain = (names: readonly string[]): Letterhead => {
  const [name = '', above = ''] = names.toReversed()
  return {
    validFrom: '2000-01-01',
    superior: above && `Ủy ban nhân dân ${above}`,
    issuer: name ? `Ủy ban nhân dân ${name}` : 'Ủy ban nhân dân',
    symbol: 'UBND',
    place: name.replace(/^(Tỉnh|Thành phố|Huyện|Thị xã|Xã|Phường|Thị trấn|Đặc khu) /, '') || '…',
    authority: '',
    signer: '',
    recipients: ['Như trên'],
  }
}

export const createLetterheads = (db: Database) => ({
  /** What holds for an area on a day: its own, or that of the nearest area above that has one. */
  async of(areaId: AreaId | null, date: LocalDate): Promise<Letterhead> {
    const row = areaId
      ? await db.selectFrom('area').selectAll().where('id', '=', areaId).executeTakeFirst()
      : await db.selectFrom('area').selectAll().orderBy('id_path').limit(1).executeTakeFirst()
    if (!row) return plain([])
    const way = row.id_path.split('/').filter((id) => id !== '')
    const found = await db
      .selectFrom('letterhead')
      .selectAll()
      .where('area_id', 'in', way)
      .where('valid_from', '<=', date)
      .execute()
    const best = found.sort(
      (a, b) =>
        way.indexOf(b.area_id) - way.indexOf(a.area_id) || (a.valid_from < b.valid_from ? 1 : -1),
    )[0]
    return best
      ? (JSON.parse(best.body) as Letterhead)
      : plain(JSON.parse(row.name_path) as string[])
  },

  /** Of what an area itself lays down from a day on; 0 where that is nothing. */
  async version(areaId: AreaId, validFrom: LocalDate): Promise<number> {
    const row = await db
      .selectFrom('letterhead')
      .select('version')
      .where('area_id', '=', areaId)
      .where('valid_from', '=', validFrom)
      .executeTakeFirst()
    return row?.version ?? 0
  },

  /** @returns the new version; undefined where there is another than `base` by now */
  async set(areaId: AreaId, letterhead: Letterhead, base: number): Promise<number | undefined> {
    const body = JSON.stringify(letterhead)
    const row = await db
      .insertInto('letterhead')
      .values({ area_id: areaId, valid_from: letterhead.validFrom, body, version: 1 })
      .onConflict((c) =>
        c
          .columns(['area_id', 'valid_from'])
          .doUpdateSet((eb) => ({ body, version: eb('letterhead.version', '+', 1) }))
          .where('letterhead.version', '=', base),
      )
      .returning('version')
      .executeTakeFirst()
    return row?.version
  },
})

export type Letterheads = ReturnType<typeof createLetterheads>
