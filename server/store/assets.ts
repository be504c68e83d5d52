import type { Transaction } from 'kysely'
import { v7 as uuid } from 'uuid'
import {
  AppError,
  type AreaId,
  type Asset,
  type AssetFilter,
  type AssetId,
  type EpochMs,
  type Ingest,
  type Language,
  type Page,
  type Rendition,
  type Sha256,
  type ThemeId,
  type Version,
} from '#protocol'
import { below, type Scope } from './areas.ts'
import { createIngestStates, INGEST_BEGINS } from './ingest-states.ts'
import { createMedia } from './media.ts'
import type { Database } from './open-database.ts'
import type { Schema } from './schema.ts'
import { searchPatterns, searchText } from './search-text.ts'

type Approval = Asset['approval']

const parse = <T>(text: string | null): T | null => (text === null ? null : (JSON.parse(text) as T))

const toAsset = (row: Schema['asset'], themeIds: ThemeId[]): Asset => ({
  id: row.id as AssetId,
  version: row.version,
  kind: row.kind as Asset['kind'],
  title: row.title,
  language: row.language as Language,
  strand: row.strand,
  sector: row.sector,
  areaId: row.area_id as AreaId,
  themeIds,
  validFrom: row.valid_from,
  validTo: row.valid_to,
  original: JSON.parse(row.original) as Asset['original'],
  ingest: JSON.parse(row.ingest) as Ingest,
  rendition: parse<Rendition>(row.rendition),
  waveform: parse<number[]>(row.waveform),
  relay: parse<NonNullable<Asset['relay']>>(row.relay),
  thumbnail: row.thumbnail as Sha256 | null,
  approval: JSON.parse(row.approval) as Approval,
  createdAt: row.created_at,
  createdBy: row.created_by,
  editedBy: row.edited_by,
})

const NOT_APPROVED: Approval = { state: 'draft', by: null, at: null, sha256: null, note: null }

export type NewAsset = {
  title: string
  language: Language
  areaId: AreaId
  themeIds: ThemeId[]
  original: Asset['original']
  createdBy: string
  /** The title was typed, not taken from the name of a file. */
  isNamed?: boolean
}

/** The database gives a row its stamp. */
const UNSTAMPED = 0

/** More than this are not asked for by name. */
const FEW = 500

export type IngestOutcome = Pick<Asset, 'kind' | 'rendition' | 'waveform' | 'thumbnail'> & {
  relay?: Asset['relay']
  /** What the file calls itself: its title where no person has typed anything about it. */
  suggestedTitle?: string | null
}

const doneWith = (outcome: IngestOutcome) => {
  const ingest: Ingest = { step: 'done', progress: 1, failure: null }
  return {
    kind: outcome.kind,
    rendition: JSON.stringify(outcome.rendition),
    waveform: outcome.waveform && JSON.stringify(outcome.waveform),
    relay: outcome.relay ? JSON.stringify(outcome.relay) : null,
    thumbnail: outcome.thumbnail,
    ingest: JSON.stringify(ingest),
    pending: 0,
  }
}

const setThemes = async (tx: Transaction<Schema>, id: AssetId, themeIds: readonly ThemeId[]) => {
  await tx.deleteFrom('asset_theme').where('asset_id', '=', id).execute()
  const rows = [...new Set(themeIds)].map((themeId, position) => ({
    asset_id: id,
    theme_id: themeId,
    position,
  }))
  if (rows.length > 0) await tx.insertInto('asset_theme').values(rows).execute()
}

/**
 * Writes what a person changed about an asset, in the transaction that also writes what it changes on
 * devices. What the machine makes of its file is left as it is.
 * @param after the next version of `before`
 * @throws AppError changed-meanwhile where there is another version by now
 */
export const putAsset = async (
  tx: Transaction<Schema>,
  before: Asset,
  after: Asset,
): Promise<void> => {
  const { id, title, approval } = after
  const { numUpdatedRows } = await tx
    .updateTable('asset')
    .set({
      ...{ version: after.version, title, search: searchText(title), language: after.language },
      ...{ strand: after.strand, sector: after.sector, edited_by: after.editedBy },
      ...{ valid_from: after.validFrom, valid_to: after.validTo },
      ...{ approval: JSON.stringify(approval), approval_state: approval.state },
    })
    .where('id', '=', id)
    .where('version', '=', before.version)
    .executeTakeFirst()
  if (numUpdatedRows !== 1n) throw new AppError('changed-meanwhile', { name: before.title })
  await setThemes(tx, id, after.themeIds)
}

export const createAssets = (db: Database) => {
  const themesOf = async (ids: readonly string[] | 'all') => {
    let query = db.selectFrom('asset_theme').selectAll().orderBy('position')
    if (ids !== 'all') query = query.where('asset_id', 'in', [...ids, ''])
    const byAsset = new Map<string, ThemeId[]>()
    for (const row of await query.execute()) {
      const themes = byAsset.get(row.asset_id) ?? []
      themes.push(row.theme_id as ThemeId)
      byAsset.set(row.asset_id, themes)
    }
    return byAsset
  }

  return {
    ...createMedia(db),

    /** Assets that have changed since a stamp, oldest first. What was deleted is not among them. */
    async changedSince(stamp: number): Promise<Asset[]> {
      const rows = await db
        .selectFrom('asset')
        .selectAll()
        .where('stamp', '>', stamp)
        .orderBy('id')
        .execute()
      const ids = rows.map((row) => row.id)
      const themes = await themesOf(ids.length > FEW ? 'all' : ids)
      return rows.map((row) => toAsset(row, themes.get(row.id) ?? []))
    },

    async ids(): Promise<AssetId[]> {
      const rows = await db.selectFrom('asset').select('id').execute()
      return rows.map((row) => row.id as AssetId)
    },

    /** A page of the library, newest first. `cursor` is the id of the last asset seen. */
    async page(
      filter: AssetFilter & { scope: Scope },
      cursor: string | undefined,
      limit: number,
    ): Promise<Page<Asset>> {
      let query = db.selectFrom('asset')
      if (filter.scope !== 'everywhere')
        query = query.where('area_id', 'in', below(db, filter.scope))
      if (filter.kind) query = query.where('kind', '=', filter.kind)
      if (filter.state) query = query.where('approval_state', '=', filter.state)
      if (filter.themeId) {
        const tagged = db
          .selectFrom('asset_theme')
          .select('asset_id')
          .where('theme_id', '=', filter.themeId)
        query = query.where('id', 'in', tagged)
      }
      for (const pattern of searchPatterns(filter.search))
        query = query.where('search', 'like', pattern)
      const { total } = await query
        .select((eb) => eb.fn.countAll<number>().as('total'))
        .executeTakeFirstOrThrow()
      if (cursor) query = query.where('id', '<', cursor)
      const rows = await query
        .selectAll()
        .orderBy('id', 'desc')
        .limit(limit + 1)
        .execute()
      const page = rows.slice(0, limit)
      const themes = await themesOf(page.map((row) => row.id))
      const items = page.map((row) => toAsset(row, themes.get(row.id) ?? []))
      return {
        items,
        next: rows.length > limit ? (items.at(-1)?.id ?? null) : null,
        total: Number(total),
      }
    },

    async get(id: AssetId): Promise<Asset | undefined> {
      const row = await db.selectFrom('asset').selectAll().where('id', '=', id).executeTakeFirst()
      return row && toAsset(row, (await themesOf([id])).get(id) ?? [])
    },

    /** @param made what it is, where no file has to be read for it */
    async add(asset: NewAsset, at: EpochMs, made?: IngestOutcome): Promise<AssetId> {
      const id = uuid() as AssetId
      await db.transaction().execute(async (tx) => {
        await tx
          .insertInto('asset')
          .values({
            id,
            version: 1,
            kind: null,
            title: asset.title,
            language: asset.language,
            strand: null,
            sector: null,
            area_id: asset.areaId,
            valid_from: null,
            valid_to: null,
            original: JSON.stringify(asset.original),
            ingest: JSON.stringify(INGEST_BEGINS),
            pending: 1,
            ingest_attempts: 0,
            rendition: null,
            waveform: null,
            relay: null,
            thumbnail: null,
            approval: JSON.stringify(NOT_APPROVED),
            approval_state: NOT_APPROVED.state,
            search: searchText(asset.title),
            created_at: at,
            created_by: asset.createdBy,
            edited_by: asset.isNamed ? asset.createdBy : null,
            ...(made && doneWith(made)),
            stamp: UNSTAMPED,
          })
          .execute()
        await setThemes(tx, id, asset.themeIds)
      })
      return id
    },

    ...createIngestStates(db),

    /** Writes what was made of a file. What people typed meanwhile stays. */
    async finishIngest(id: AssetId, outcome: IngestOutcome): Promise<void> {
      const { suggestedTitle: title } = outcome
      await db.transaction().execute(async (tx) => {
        await tx.updateTable('asset').set(doneWith(outcome)).where('id', '=', id).execute()
        if (!title) return
        await tx
          .updateTable('asset')
          .set({ title, search: searchText(title) })
          .where('id', '=', id)
          .where('edited_by', 'is', null)
          .execute()
      })
    },

    /** @returns false where there is another version by now, or none */
    async remove(id: AssetId, version: Version): Promise<boolean> {
      const { numDeletedRows } = await db
        .deleteFrom('asset')
        .where('id', '=', id)
        .where('version', '=', version)
        .executeTakeFirst()
      return numDeletedRows === 1n
    },
  }
}

export type Assets = ReturnType<typeof createAssets>
