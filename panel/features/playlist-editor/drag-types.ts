/** What the browser's own drag and drop carries: the id of an asset, or the key of an item of the list. */
export const ASSET_TYPE = 'application/x-loabang-asset'
export const ITEM_TYPE = 'application/x-loabang-item'
