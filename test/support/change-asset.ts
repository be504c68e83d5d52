import { type Asset, type AssetId, Sha256 } from '#protocol'
import { putAsset } from '../../server/store/assets.ts'
import type { Store } from '../../server/store/store.ts'

/** Changes an asset in the database alone: no device is given anything. */
export const changeAsset = async (
  store: Store,
  id: AssetId,
  change: Partial<Asset>,
): Promise<void> => {
  const before = (await store.assets.get(id)) as Asset
  const after = { ...before, ...change, version: before.version + 1 }
  await store.manifests.save(new Map(), [], [], (tx) => putAsset(tx, before, after))
}

/** Approves an asset in the database alone. */
export const approveAsset = async (store: Store, id: AssetId, at: number, by = 'Lan') => {
  const sha256 = Sha256.parse((await store.assets.get(id))?.rendition?.sha256)
  await changeAsset(store, id, { approval: { state: 'approved', by, at, sha256, note: null } })
}
