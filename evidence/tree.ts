import { leafHash, nodeHash, subtreesOf, TreeHead } from './verify.mjs'

/** A run of leaves [from, to) whose hash stands in a proof. */
export type LeafRun = readonly [from: number, to: number]

/** A complete subtree: 2^level leaves, the index-th such from the left. */
export type Subtree = { level: number; index: number }

/** Hash of a complete subtree. */
export type ReadSubtree = (subtree: Subtree) => Uint8Array

/** The largest power of two below n, n > 1: where RFC 6962 splits a tree of n leaves. */
const splitOf = (n: number): number => {
  let k = 1
  while (k * 2 < n) k *= 2
  return k
}

/**
 * The runs whose hashes are the audit path of a leaf, from the leaf upwards (RFC 6962, 2.1.1).
 * @throws RangeError where the tree has no such leaf
 */
export const inclusionRuns = (index: number, size: number): LeafRun[] => {
  if (index < 0 || index >= size) throw new RangeError(`no leaf ${index} in a tree of ${size}`)
  const runs: LeafRun[] = []
  let [from, to] = [0, size]
  while (to - from > 1) {
    const middle = from + splitOf(to - from)
    const isLeft = index < middle
    runs.push(isLeft ? [middle, to] : [from, middle])
    if (isLeft) to = middle
    else from = middle
  }
  return runs.reverse()
}

/**
 * The runs whose hashes prove that the first `older` leaves of a tree are all that an earlier head
 * of it covered (RFC 6962, 2.1.2).
 * @throws RangeError where `older` is not within [1, size]
 */
export const consistencyRuns = (older: number, size: number): LeafRun[] => {
  if (older < 1 || older > size) throw new RangeError(`no head of ${older} in a tree of ${size}`)
  const runs: LeafRun[] = []
  let [from, to] = [0, size]
  let isWhole = true
  while (older !== to) {
    const middle = from + splitOf(to - from)
    if (older <= middle) {
      runs.push([middle, to])
      to = middle
    } else {
      runs.push([from, middle])
      from = middle
      isWhole = false
    }
  }
  if (!isWhole) runs.push([from, to])
  return runs.reverse()
}

/** Hash of a run that begins at a multiple of the power of two that holds it, as in proofs it does. */
export const hashOfRun = ([from, to]: LeafRun, read: ReadSubtree): Uint8Array => {
  const hashes = subtreesOf(from, to).map(read)
  return hashes.reduceRight((right, left) => nodeHash(left, right))
}

/** Head of the tree over the first `size` leaves. */
export const headAt = (size: number, read: ReadSubtree): TreeHead =>
  new TreeHead(size, subtreesOf(0, size).map(read))

/** The subtrees that become complete with the leaf at this index, the leaf itself first. */
export const completedBy = (
  index: number,
  leaf: Uint8Array,
  read: ReadSubtree,
): (Subtree & { hash: Uint8Array })[] => {
  const completed = [{ level: 0, index, hash: leaf }]
  let [level, at, hash] = [0, index, leaf]
  while (at % 2 === 1) {
    hash = nodeHash(read({ level, index: at - 1 }), hash)
    level += 1
    at = (at - 1) / 2
    completed.push({ level, index: at, hash })
  }
  return completed
}

/** A tree that is held whole in memory: leaves first. */
export class MemoryTree {
  readonly #levels: Uint8Array[][] = [[]]

  /** @param leaves what the leaves stand for, as bytes */
  constructor(leaves: Iterable<Uint8Array> = []) {
    for (const leaf of leaves) this.append(leaf)
  }

  get size(): number {
    return this.#levels[0]?.length ?? 0
  }

  readonly read: ReadSubtree = ({ level, index }) => {
    const hash = this.#levels[level]?.[index]
    if (!hash) throw new RangeError(`no complete subtree ${level}/${index}`)
    return hash
  }

  /** @param leaf what it stands for, as bytes */
  append(leaf: Uint8Array): void {
    for (const { level, hash } of completedBy(this.size, leafHash(leaf), this.read)) {
      this.#levels[level] ??= []
      this.#levels[level].push(hash)
    }
  }

  root(): Uint8Array {
    return headAt(this.size, this.read).root()
  }

  inclusionProof(index: number): Uint8Array[] {
    return inclusionRuns(index, this.size).map((run) => hashOfRun(run, this.read))
  }
}
