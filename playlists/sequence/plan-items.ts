import {
  type Asset,
  type AssetId,
  DEFAULT_SLIDE_MS,
  type ItemRole,
  type LocalDate,
  type PlanItem,
  type Schedule,
  type ThemeId,
  type ThemeSnapshot,
  type Withheld,
  type WithheldReason,
} from '#protocol'
import type { Programme } from '../compile/programme.ts'
import { eligibility } from '../themes/eligibility.ts'

/** What a playlist, or a station, says about one asset in its place. */
export type Wanted = {
  assetId: AssetId
  durationMs: number | null
  gainDb: number
  role: ItemRole
}

/** The day that decides what may be played [EL4]. */
export type Deciding = {
  date: LocalDate
  active: ReadonlyMap<ThemeId, ThemeSnapshot>
}

type Found = { item: PlanItem } | { withheld: Withheld }

/** How long it is on air; undefined where nobody said how long a relay is taken. */
const airtimeOf = (asset: Asset, wanted: Wanted): number | undefined => {
  const { rendition, kind } = asset
  if (kind === 'relay') return wanted.durationMs ?? undefined
  return rendition?.durationMs ?? wanted.durationMs ?? DEFAULT_SLIDE_MS
}

/** What stands in for a relay that does not come: only what may be played itself [EL6]. */
const fallbackOf = (
  { relay }: Asset,
  { assets, relayHosts }: Programme,
  { date, active }: Deciding,
): PlanItem['fallback'] => {
  const asset = relay?.fallbackAssetId ? assets.get(relay.fallbackAssetId) : undefined
  if (!asset?.rendition || !eligibility(asset, date, active, relayHosts).eligible) return null
  return { sha256: asset.rendition.sha256, mime: asset.rendition.mime }
}

/** The item as plans carry it, or why it is not played. */
export const planItem = (
  schedule: Schedule,
  wanted: Wanted,
  programme: Programme,
  deciding: Deciding,
): Found => {
  const asset = programme.assets.get(wanted.assetId)
  const refuse = (reason: WithheldReason): Found => ({
    withheld: {
      scheduleId: schedule.id,
      schedule: schedule.name,
      assetId: wanted.assetId,
      title: asset?.title ?? '',
      at: null,
      reason,
    },
  })
  const verdict = eligibility(asset, deciding.date, deciding.active, programme.relayHosts)
  if (!verdict.eligible) return refuse(verdict.reason)
  if (!asset?.rendition || !asset.kind) return refuse('asset-missing')
  const durationMs = airtimeOf(asset, wanted)
  if (durationMs === undefined) return refuse('too-long')
  const { rendition, kind } = asset
  return {
    item: {
      assetId: asset.id,
      sha256: rendition.sha256,
      mime: rendition.mime,
      kind,
      title: asset.title,
      themes: asset.themeIds.flatMap((id) => deciding.active.get(id) ?? []),
      labels: { language: asset.language, strand: asset.strand, sector: asset.sector },
      approvedBy: asset.approval.by ?? '',
      durationMs,
      role: wanted.role,
      gainDb: wanted.gainDb,
      fallback: kind === 'relay' ? fallbackOf(asset, programme, deciding) : null,
      schedule: { id: schedule.id, name: schedule.name },
    },
  }
}
