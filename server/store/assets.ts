import type { Transaction } from 'kysely'
import { v7 as uuid } from 'uuid'
import type {
  AreaId,
  Asset,
  AssetFilter,
  AssetId,
  AssetPatch,
  EpochMs,
  Ingest,
  Language,
  Page,
  Rendition,
  Sha256,
  ThemeId,
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
})

const NOT_APPROVED: Approval = { state: 'draft', by: null, at: null, sha256: null, note: null }

export type NewAsset = {
  title: string
  language: Language
  areaId: AreaId
  themeIds: ThemeId[]
  original: Asset['original']
  createdBy: string
}

/** The database gives a row its stamp. */
const UNSTAMPED = 0

/** More than this are not asked for by name. */
const FEW = 500

export type IngestOutcome = Pick<
  Asset,
  'kind' | 'rendition' | 'waveform' | 'thumbnail' | 'title'
> & { relay?: Asset['relay'] }

const setThemes = async (tx: Transaction<Schema>, id: AssetId, themeIds: readonly ThemeId[]) => {
  await tx.deleteFrom('asset_theme').where('asset_id', '=', id).execute()
  const rows = [...new Set(themeIds)].map((themeId, position) => ({
    asset_id: id,
    theme_id: themeId,
    position,
  }))
  if (rows.length > 0) await tx.insertInto('asset_theme').values(rows).execute()
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

    async add(asset: NewAsset, at: EpochMs): Promise<AssetId> {
      const id = uuid() as AssetId
      await db.transaction().execute(async (tx) => {
        await tx
          .insertInto('asset')
          .values({
            id,
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
            stamp: UNSTAMPED,
          })
          .execute()
        await setThemes(tx, id, asset.themeIds)
      })
      return id
    },

    ...createIngestStates(db),

    async finishIngest(id: AssetId, outcome: IngestOutcome): Promise<void> {
      const ingest: Ingest = { step: 'done', progress: 1, failure: null }
      await db
        .updateTable('asset')
        .set({
          kind: outcome.kind,
          title: outcome.title,
          search: searchText(outcome.title),
          rendition: JSON.stringify(outcome.rendition),
          waveform: outcome.waveform && JSON.stringify(outcome.waveform),
          relay: outcome.relay ? JSON.stringify(outcome.relay) : null,
          thumbnail: outcome.thumbnail,
          ingest: JSON.stringify(ingest),
          pending: 0,
        })
        .where('id', '=', id)
        .execute()
    },

    async update(id: AssetId, patch: AssetPatch, approval: Approval): Promise<void> {
      await db.transaction().execute(async (tx) => {
        await tx
          .updateTable('asset')
          .set({
            ...(patch.title !== undefined && {
              title: patch.title,
              search: searchText(patch.title),
            }),
            ...(patch.language !== undefined && { language: patch.language }),
            ...(patch.strand !== undefined && { strand: patch.strand }),
            ...(patch.sector !== undefined && { sector: patch.sector }),
            ...(patch.validFrom !== undefined && { valid_from: patch.validFrom }),
            ...(patch.validTo !== undefined && { valid_to: patch.validTo }),
            approval: JSON.stringify(approval),
            approval_state: approval.state,
          })
          .where('id', '=', id)
          .execute()
        if (patch.themeIds) await setThemes(tx, id, patch.themeIds)
      })
    },

    async remove(id: AssetId): Promise<void> {
      await db.deleteFrom('asset').where('id', '=', id).execute()
    },
  }
}

export type Assets = ReturnType<typeof createAssets>
