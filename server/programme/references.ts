import {
  AppError,
  type AreaId,
  type Asset,
  type Impact,
  type Playlist,
  type Policy,
  type Schedule,
} from '#protocol'
import type { Rights } from '../access/rights.ts'
import type { Known } from './memory.ts'

/** What somebody may name in a thing of an area. What they may not is for them as if it were not there. */
export type References = {
  mayUseAsset: (asset: Pick<Asset, 'id' | 'areaId' | 'approval'>) => boolean
  mayUsePlaylist: (playlist: Pick<Playlist, 'id' | 'areaId'>) => boolean
}

/** What a thing names already. */
type Naming = Partial<
  Pick<Playlist, 'items'> &
    Pick<Schedule, 'playlistId' | 'fillPlaylistId'> &
    Pick<Policy, 'station'>
>

const namedIn = ({ items = [], playlistId, fillPlaylistId, station }: Naming): Set<unknown> =>
  new Set([
    ...items.map((item) => (item.kind === 'asset' ? item.assetId : item.playlistId)),
    ...[playlistId, fillPlaylistId, ...Object.values(station ?? {})],
  ])

/**
 * A thing of an area may name what its editor may see, and what the areas above it share downwards: their
 * playlists, and assets that are approved there.
 * @param areaId the area of the thing that names something
 * @param before the thing as it was: what it named then may stay, so that an edit takes nothing off the air
 */
export const referencesFrom = (
  areaId: AreaId,
  rights: Pick<Rights, 'may'>,
  { areas }: Pick<Known, 'areas'>,
  before: Naming = {},
): References => {
  const above = new Set(areas.get(areaId)?.ids)
  const named = namedIn(before)
  return {
    mayUseAsset: ({ id, areaId: owner, approval }) =>
      named.has(id) ||
      rights.may('see', owner) ||
      (above.has(owner) && approval.state === 'approved'),
    mayUsePlaylist: ({ id, areaId: owner }) =>
      named.has(id) || rights.may('see', owner) || above.has(owner),
  }
}

/** What keeps a thing from being deleted is named to those who may see it, and to nobody else. */
export const namedTo =
  (rights: Pick<Rights, 'may'>) =>
  (areaId: AreaId, refusal: AppError): AppError =>
    rights.may('see', areaId) ? refusal : new AppError('used-elsewhere')

/** Titles that a reader may not see are left out of what was withheld: the schedule's name stands for them. */
export const withoutForeignTitles =
  (rights: Pick<Rights, 'may'>, { assets }: Pick<Known, 'assets'>) =>
  <T extends { assetId: Asset['id'] | null; title: string }>(withheld: T): T => {
    const asset = withheld.assetId === null ? undefined : assets.get(withheld.assetId)
    const isShown = !asset || asset.approval.state === 'approved' || rights.may('see', asset.areaId)
    return isShown ? withheld : { ...withheld, assetId: null, title: '' }
  }

/** An impact as a reader may see it. */
export const impactShownTo = <T extends Pick<Impact, 'withheld'>>(
  rights: Pick<Rights, 'may'>,
  known: Pick<Known, 'assets'>,
  impact: T,
): T => {
  const shown = withoutForeignTitles(rights, known)
  const withheld = impact.withheld.map((one) => ({ ...one, withheld: shown(one.withheld) }))
  return { ...impact, withheld }
}
