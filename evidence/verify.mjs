// What a stranger needs to check evidence: one file, Node alone, no network. The server and the
// players use its first half; a copy of it lies in every export.

import { createHash, createPublicKey, verify } from 'node:crypto'

// ── Trees (RFC 6962): a leaf hashes as 0x00 ‖ bytes, a node as 0x01 ‖ left ‖ right ────────────────

const LEAF = Uint8Array.of(0)
const NODE = Uint8Array.of(1)
const HASH_BYTES = 32

/** @param {...(Uint8Array | string)} parts */
export const sha256 = (...parts) => {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(part)
  return hash.digest()
}

/** Root of the tree that has no leaf. */
export const NO_LEAVES = sha256('')

/** @param {Uint8Array | string} bytes */
export const leafHash = (bytes) => sha256(LEAF, bytes)

/** @param {Uint8Array} left @param {Uint8Array} right */
export const nodeHash = (left, right) => sha256(NODE, left, right)

/** @param {Uint8Array} a @param {Uint8Array} b */
export const sameBytes = (a, b) => Buffer.compare(a, b) === 0

/**
 * The complete subtrees of which a run of leaves consists, from the left, each as large as its place
 * allows.
 * @param {number} from
 * @param {number} to
 * @returns {{ level: number, index: number }[]}
 */
export const subtreesOf = (from, to) => {
  const subtrees = []
  for (let at = from; at < to; ) {
    let level = 0
    let width = 1
    while (at % (width * 2) === 0 && at + width * 2 <= to) {
      width *= 2
      level += 1
    }
    subtrees.push({ level, index: at / width })
    at += width
  }
  return subtrees
}

/** The right edge of a growing tree: what is needed to append to it, and for its root. */
export class TreeHead {
  /** @type {Uint8Array[]} */
  #edge

  /**
   * @param {number} size
   * @param {readonly Uint8Array[]} edge hashes of the complete subtrees, from the left
   */
  constructor(size = 0, edge = []) {
    if (subtreesOf(0, size).length !== edge.length)
      throw new RangeError('not the edge of this size')
    this.size = size
    this.#edge = [...edge]
  }

  get edge() {
    return /** @type {readonly Uint8Array[]} */ (this.#edge)
  }

  /** @param {Uint8Array} hash of a leaf */
  append(hash) {
    this.appendSubtree(hash, 0)
  }

  /**
   * @param {Uint8Array} hash
   * @param {number} level
   * @throws {RangeError} where a subtree of this level cannot follow
   */
  appendSubtree(hash, level) {
    const width = 2 ** level
    if (this.size % width !== 0)
      throw new RangeError(`no subtree of level ${level} follows ${this.size}`)
    let node = hash
    for (let filled = this.size / width; filled % 2 === 1; filled = (filled - 1) / 2)
      node = nodeHash(/** @type {Uint8Array} */ (this.#edge.pop()), node)
    this.#edge.push(node)
    this.size += width
  }

  root() {
    if (this.#edge.length === 0) return NO_LEAVES
    return this.#edge.reduceRight((right, left) => nodeHash(left, right))
  }
}

/** @param {readonly Uint8Array[]} hashes */
const areHashes = (hashes) => hashes.every((hash) => hash.length === HASH_BYTES)

/** @param {number} value */
const isCount = (value) => Number.isSafeInteger(value) && value >= 0

/**
 * Whether a leaf is at this place of the tree with this root (RFC 9162, 2.1.3.2).
 * @param {Uint8Array} leaf its hash
 * @param {number} index
 * @param {number} size
 * @param {readonly Uint8Array[]} proof
 * @param {Uint8Array} root
 */
export const provesInclusion = (leaf, index, size, proof, root) => {
  if (!isCount(index) || !isCount(size) || index >= size) return false
  if (!areHashes([leaf, root, ...proof])) return false
  let [at, last, hash] = [index, size - 1, leaf]
  for (const sibling of proof) {
    if (last === 0) return false
    if (at % 2 === 1 || at === last) {
      hash = nodeHash(sibling, hash)
      while (at % 2 === 0 && at !== 0) [at, last] = [at / 2, Math.floor(last / 2)]
    } else hash = nodeHash(hash, sibling)
    ;[at, last] = [Math.floor(at / 2), Math.floor(last / 2)]
  }
  return last === 0 && sameBytes(hash, root)
}

/**
 * Whether the later tree begins with all leaves of the earlier one, in order (RFC 9162, 2.1.4.2).
 * @param {number} size1
 * @param {number} size2
 * @param {readonly Uint8Array[]} proof
 * @param {Uint8Array} root1
 * @param {Uint8Array} root2
 */
export const provesConsistency = (size1, size2, proof, root1, root2) => {
  if (!isCount(size1) || !isCount(size2) || size1 > size2) return false
  if (!areHashes([root1, root2, ...proof])) return false
  if (size1 === size2) return proof.length === 0 && sameBytes(root1, root2)
  if (size1 === 0) return proof.length === 0 && sameBytes(root1, NO_LEAVES)
  let [at, last] = [size1 - 1, size2 - 1]
  while (at % 2 === 1) [at, last] = [(at - 1) / 2, Math.floor(last / 2)]
  const path = at === 0 ? [root1, ...proof] : [...proof]
  const first = path.shift()
  if (!first) return false
  let [older, newer] = [first, first]
  for (const hash of path) {
    if (last === 0) return false
    if (at % 2 === 1 || at === last) {
      older = nodeHash(hash, older)
      newer = nodeHash(hash, newer)
      while (at % 2 === 0 && at !== 0) [at, last] = [at / 2, Math.floor(last / 2)]
    } else newer = nodeHash(newer, hash)
    ;[at, last] = [Math.floor(at / 2), Math.floor(last / 2)]
  }
  return last === 0 && sameBytes(older, root1) && sameBytes(newer, root2)
}

// ── Signed notes (C2SP signed-note and tlog-cosignature, Ed25519) ────────────────────────────────

export const ED25519 = 1
export const COSIGNATURE = 4

/** Ed25519's frame around 32 bytes of public key (RFC 8410). */
const SPKI_HEAD = Buffer.from('302a300506032b6570032100', 'hex')

/** @param {string} name @param {number} algorithm @param {Uint8Array} key 32 bytes */
export const keyIdOf = (name, algorithm, key) =>
  sha256(`${name}\n`, Uint8Array.of(algorithm), key).subarray(0, 4)

/**
 * What a cosignature covers.
 * @param {string} text of the note
 * @param {number} at s since the epoch
 */
export const cosignedText = (text, at) => `cosignature/v1\ntime ${at}\n${text}`

/**
 * Takes a note apart; nothing is verified yet.
 * @param {string} note
 * @returns {{ text: string, lines: { name: string, bytes: Buffer }[] } | undefined}
 */
const readNote = (note) => {
  const end = note.lastIndexOf('\n\n')
  if (end < 0 || !note.endsWith('\n')) return undefined
  const lines = []
  for (const line of note.slice(end + 2, -1).split('\n')) {
    const [, name, base64] = /^— ([^\s+]+) ([A-Za-z0-9+/]+=*)$/.exec(line) ?? []
    if (!name || !base64) return undefined
    const bytes = Buffer.from(base64, 'base64')
    // Other texts that decode to the same bytes are not the note that was signed.
    if (bytes.toString('base64') !== base64) return undefined
    lines.push({ name, bytes })
  }
  return { text: note.slice(0, end + 1), lines }
}

/**
 * @param {string} vkey `name+id+base64(algorithm ‖ key)`
 * @returns {{ name: string, algorithm: number, id: Buffer, key: import('node:crypto').KeyObject } | undefined}
 */
const readVerifierKey = (vkey) => {
  const [, name, hex, base64] = /^([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+=*)$/.exec(vkey) ?? []
  if (!name || !hex || !base64) return undefined
  const bytes = Buffer.from(base64, 'base64')
  const [algorithm, raw] = [bytes[0] ?? 0, bytes.subarray(1)]
  const id = keyIdOf(name, algorithm, raw)
  if (raw.length !== 32 || id.toString('hex') !== hex) return undefined
  const der = Buffer.concat([SPKI_HEAD, raw])
  return { name, algorithm, id, key: createPublicKey({ key: der, type: 'spki', format: 'der' }) }
}

/**
 * Verifies a note against one key.
 * @param {string} note
 * @param {string} vkey
 * @returns {{ text: string, at: number | null } | undefined} what was signed, and for a cosignature
 *   when (s since the epoch); undefined where this key did not sign it
 */
export const openNote = (note, vkey) => {
  const read = readNote(note)
  const known = readVerifierKey(vkey)
  if (!read || !known) return undefined
  const line = read.lines.find(
    ({ name, bytes }) => name === known.name && sameBytes(bytes.subarray(0, 4), known.id),
  )
  if (!line) return undefined
  if (known.algorithm === ED25519) {
    const signature = line.bytes.subarray(4)
    const isGood = verify(null, Buffer.from(read.text), known.key, signature)
    return isGood ? { text: read.text, at: null } : undefined
  }
  if (known.algorithm !== COSIGNATURE || line.bytes.length !== 76) return undefined
  const at = Number(line.bytes.readBigUInt64BE(4))
  const isGood = verify(
    null,
    Buffer.from(cosignedText(read.text, at)),
    known.key,
    line.bytes.subarray(12),
  )
  return isGood ? { text: read.text, at } : undefined
}

/**
 * Reads the text of a checkpoint: whose tree, how many leaves, which root, and lines of extension.
 * @param {string} text
 * @returns {{ origin: string, size: number, root: Buffer, extensions: string[] } | undefined}
 */
export const readCheckpoint = (text) => {
  const [origin, size, root, ...rest] = text.split('\n')
  if (!origin || !root || rest.pop() !== '') return undefined
  if (!/^(0|[1-9]\d{0,15})$/.test(size ?? '')) return undefined
  const bytes = Buffer.from(root, 'base64')
  if (bytes.length !== HASH_BYTES || bytes.toString('base64') !== root) return undefined
  return { origin, size: Number(size), root: bytes, extensions: rest }
}

// ── What Loabang signs ───────────────────────────────────────────────────────────────────────────

/**
 * Names the tree of one epoch of a device's journal, and the key that signs it.
 * @param {string} deviceId
 * @param {number} epoch
 */
export const journalOrigin = (deviceId, epoch) => `loabang/device/${deviceId}/${epoch}`

/** @param {string} date yyyy-mm-dd */
export const dayOrigin = (date) => `loabang/day/${date}`

/**
 * Names a journal key (SPKI in base64) by its hash.
 * @param {string} journalKey
 */
export const keyFingerprint = (journalKey) =>
  sha256(Buffer.from(journalKey, 'base64')).toString('hex')

/**
 * A leaf of a daily tree: how far an epoch of a journal goes, with which root, signed by which key.
 * @typedef {{ deviceId: string, epoch: number, size: number, root: Uint8Array, key: string }} DayLeaf
 */

/** @param {DayLeaf} leaf */
export const dayLeaf = ({ deviceId, epoch, size, root, key }) =>
  `${deviceId} ${epoch} ${size} ${Buffer.from(root).toString('base64')} ${key}`

/**
 * @param {string} text
 * @returns {DayLeaf | undefined}
 */
export const readDayLeaf = (text) => {
  const [deviceId = '', epoch, size, root = '', key = ''] = text.split(' ')
  const leaf = {
    deviceId,
    epoch: Number(epoch),
    size: Number(size),
    root: Buffer.from(root, 'base64'),
    key,
  }
  return leaf.root.length === HASH_BYTES && dayLeaf(leaf) === text ? leaf : undefined
}
