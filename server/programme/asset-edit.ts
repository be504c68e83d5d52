import {
  AppError,
  type Asset,
  type AssetPatch,
  type EpochMs,
  fieldProblem,
  type Verdict,
} from '#protocol'

type Approval = Asset['approval']
type Person = { username: string; name: string }

const NOT_APPROVED: Approval = { state: 'draft', by: null, at: null, sha256: null, note: null }

const isEqual = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b)

/**
 * An asset as an edit leaves it: the next version, by whom, and what was approved or rejected is neither
 * any more. The very same asset where nothing changes.
 * @throws AppError changed-meanwhile with the present version, bad-input
 */
export const edited = (
  asset: Asset,
  { version, ...patch }: AssetPatch,
  { username }: Person,
): Asset => {
  if (asset.version !== version)
    throw new AppError('changed-meanwhile', { name: asset.title }, { attached: { current: asset } })
  const given = Object.entries(patch).filter(([, value]) => value !== undefined)
  const fresh: Asset = { ...asset, ...Object.fromEntries(given) }
  fresh.themeIds = [...new Set(fresh.themeIds)]
  if (isEqual(fresh, asset)) return asset
  if (fresh.validFrom && fresh.validTo && fresh.validFrom > fresh.validTo) {
    const fields = [{ field: 'validTo', message: fieldProblem('ends-before-start') }]
    throw new AppError('bad-input', {}, { fields })
  }
  const { state } = asset.approval
  const isVoid = state === 'approved' || state === 'rejected'
  return {
    ...fresh,
    version: version + 1,
    editedBy: username,
    approval: isVoid ? NOT_APPROVED : asset.approval,
  }
}

/** Whether somebody made what he would approve: uploaded it, or was the last to edit it. */
export const isOwnWork = ({ createdBy, editedBy }: Asset, username: string): boolean =>
  [createdBy, editedBy].includes(username)

/**
 * An asset as a verdict leaves it. A verdict is about one reading: the bytes, and the title, the themes
 * and the validity of a version. The very same asset where it has been given already.
 * @throws AppError asset-not-ready, asset-changed with the present version
 */
export const judged = (
  asset: Asset,
  { state, sha256, version, note }: Verdict,
  { name }: Person,
  at: EpochMs,
): Asset => {
  if (!asset.rendition) throw new AppError('asset-not-ready')
  if (asset.rendition.sha256 !== sha256 || asset.version !== version)
    throw new AppError('asset-changed', {}, { attached: { current: asset } })
  if (asset.approval.state === state && asset.approval.sha256 === sha256) return asset
  return { ...asset, version: version + 1, approval: { state, by: name, at, sha256, note } }
}

/** An asset as it would be on air, or off it, were the verdict given now: to see what that changes. */
export const asJudged = (asset: Asset, state: 'approved' | 'withdrawn', at: EpochMs): Asset => {
  if (asset.approval.state === state) return asset
  const sha256 = asset.rendition?.sha256 ?? null
  return { ...asset, approval: { state, by: '', at, sha256, note: null } }
}
