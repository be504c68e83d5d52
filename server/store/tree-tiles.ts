import type { Transaction } from 'kysely'
import { hashOfRun, type LeafRun, leafHash, nodeHash, type Subtree, subtreesOf } from '#evidence'
import type { DeviceId } from '#protocol'
import type { Database } from './open-database.ts'
import type { Schema } from './schema.ts'

/**
 * Hashes of a journal's tree, kept as tiles of 256: tile i of level 0 holds the hashes of leaves
 * [256 i, 256 i + 256) once they are all there; a tile of level n+1 holds the roots of tiles of
 * level n and grows. The last, incomplete run of leaves is hashed anew from its records.
 */

type Tx = Transaction<Schema>
export type TreeKey = { deviceId: DeviceId; epoch: number }

const HASH = 32
const LEVELS = 8
/** Leaves of a tile. */
export const TILE = 2 ** LEVELS

const tileOf = (db: Database | Tx, { deviceId, epoch }: TreeKey, level: number, index: number) =>
  db
    .selectFrom('tree_tile')
    .select('hashes')
    .where('device_id', '=', deviceId)
    .where('epoch', '=', epoch)
    .where('level', '=', level)
    .where('idx', '=', index)
    .executeTakeFirst()

const leavesFrom = async (
  db: Database | Tx,
  { deviceId, epoch }: TreeKey,
  from: number,
  to: number,
): Promise<Buffer> => {
  if (from >= to) return Buffer.alloc(0)
  const rows = await db
    .selectFrom('journal_record')
    .select('bytes')
    .where('device_id', '=', deviceId)
    .where('epoch', '=', epoch)
    .where('seq', '>=', from)
    .where('seq', '<', to)
    .orderBy('seq')
    .execute()
  return Buffer.concat(rows.map(({ bytes }) => leafHash(bytes)))
}

/** The root over 2^level hashes that stand next to each other. */
const fold = (hashes: Uint8Array, at: number, level: number): Uint8Array =>
  level === 0
    ? hashes.subarray(at * HASH, (at + 1) * HASH)
    : nodeHash(fold(hashes, at, level - 1), fold(hashes, at + 2 ** (level - 1), level - 1))

const put = async (
  tx: Tx,
  { deviceId, epoch }: TreeKey,
  level: number,
  index: number,
  bytes: Uint8Array,
) => {
  const hashes = Buffer.from(bytes).toString('base64')
  await tx
    .insertInto('tree_tile')
    .values({ device_id: deviceId, epoch, level, idx: index, hashes })
    .onConflict((c) => c.columns(['device_id', 'epoch', 'level', 'idx']).doUpdateSet({ hashes }))
    .execute()
}

const grow = async (tx: Tx, key: TreeKey, level: number, at: number, root: Uint8Array) => {
  const index = Math.floor(at / TILE)
  const row = at % TILE === 0 ? undefined : await tileOf(tx, key, level, index)
  const hashes = Buffer.concat([Buffer.from(row?.hashes ?? '', 'base64'), root])
  await put(tx, key, level, index, hashes)
  if (hashes.length === TILE * HASH) await grow(tx, key, level + 1, index, fold(hashes, 0, LEVELS))
}

/**
 * Keeps the hashes of leaves that are appended, where they complete tiles.
 * @param from leaves that were there before
 * @param leaves hashes of the new ones, 32 bytes each
 */
export const appendTiles = async (tx: Tx, key: TreeKey, from: number, leaves: Uint8Array) => {
  const to = from + leaves.length / HASH
  for (let index = Math.floor(from / TILE); (index + 1) * TILE <= to; index++) {
    const start = index * TILE
    const stored = start < from ? await leavesFrom(tx, key, start, from) : Buffer.alloc(0)
    const fresh = leaves.subarray(Math.max(0, start - from) * HASH, (start + TILE - from) * HASH)
    const tile = Buffer.concat([stored, fresh])
    await put(tx, key, 0, index, tile)
    await grow(tx, key, 1, index, fold(tile, 0, LEVELS))
  }
}

/** Hashes of the leaves [from, to), 32 bytes each, all of them in complete tiles. */
export const leavesInTiles = async (
  tx: Tx,
  key: TreeKey,
  from: number,
  to: number,
): Promise<Uint8Array> => {
  const tiles: Buffer[] = []
  const first = Math.floor(from / TILE)
  for (let index = first; index * TILE < to; index++)
    tiles.push(Buffer.from((await tileOf(tx, key, 0, index))?.hashes ?? '', 'base64'))
  return Buffer.concat(tiles).subarray((from - first * TILE) * HASH, (to - first * TILE) * HASH)
}

/** Reads hashes of complete subtrees of a stored tree. @param next leaves that it has */
export const createTreeReader = (db: Database, key: TreeKey, next: number) => {
  // Neighbouring subtrees lie in the same tile: the last ones of each level are kept.
  const kept = new Map<number, { index: number; hashes: Buffer }>()

  const tile = async (level: number, index: number): Promise<Buffer> => {
    const known = kept.get(level)
    if (known?.index === index) return known.hashes
    const isEdge = level === 0 && (index + 1) * TILE > next
    const hashes = isEdge
      ? await leavesFrom(db, key, index * TILE, next)
      : Buffer.from((await tileOf(db, key, level, index))?.hashes ?? '', 'base64')
    kept.set(level, { index, hashes })
    return hashes
  }

  const subtree = async ({ level, index }: Subtree): Promise<Uint8Array> => {
    const within = level % LEVELS
    const first = index * 2 ** within
    const hashes = await tile(Math.floor(level / LEVELS), Math.floor(first / TILE))
    const at = first % TILE
    if (hashes.length < (at + 2 ** within) * HASH)
      throw new Error(`no hash ${level}/${index} of ${key.deviceId}/${key.epoch}`)
    return fold(hashes, at, within)
  }

  /** Hashes of the complete subtrees that a run of leaves consists of. */
  const subtrees = async (from: number, to: number): Promise<Uint8Array[]> => {
    const hashes: Uint8Array[] = []
    for (const one of subtreesOf(from, to)) hashes.push(await subtree(one))
    return hashes
  }

  return {
    subtrees,

    /** Hashes of runs, as proofs need them. */
    async runs(runs: readonly LeafRun[]): Promise<Uint8Array[]> {
      const hashes: Uint8Array[] = []
      for (const [from, to] of runs) {
        const parts = await subtrees(from, to)
        let at = 0
        hashes.push(hashOfRun([from, to], () => parts[at++] as Uint8Array))
      }
      return hashes
    },
  }
}
