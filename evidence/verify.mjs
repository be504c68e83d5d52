// What a stranger needs to check evidence: one file, Node alone, no network. The server and the
// players use its first half; a copy of it lies in every export.

import { spawnSync } from 'node:child_process'
import crypto, { createHash, createPublicKey, verify } from 'node:crypto'
import {
  closeSync,
  copyFileSync,
  createReadStream,
  createWriteStream,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { fileURLToPath } from 'node:url'
import zlib from 'node:zlib'

// ── Trees (RFC 6962): a leaf hashes as 0x00 ‖ bytes, a node as 0x01 ‖ left ‖ right ────────────────

const LEAF = 0
const NODE = 1
const HASH_BYTES = 32

/**
 * SHA-256 in one call where this Node has it: hashing is most of what checking costs.
 * @type {(bytes: Uint8Array | string) => Buffer}
 */
const digest =
  typeof crypto.hash === 'function'
    ? (bytes) => crypto.hash('sha256', bytes, 'buffer')
    : (bytes) => createHash('sha256').update(bytes).digest()

/** @param {...(Uint8Array | string)} parts */
export const sha256 = (...parts) =>
  digest(
    parts.length === 1 ? (parts[0] ?? '') : Buffer.concat(parts.map((part) => Buffer.from(part))),
  )

/** Root of the tree that has no leaf. */
export const NO_LEAVES = sha256('')

/** @param {Uint8Array | string} bytes */
export const leafHash = (bytes) => {
  const length = typeof bytes === 'string' ? Buffer.byteLength(bytes) : bytes.length
  const whole = Buffer.allocUnsafe(1 + length)
  whole[0] = LEAF
  if (typeof bytes === 'string') whole.write(bytes, 1)
  else whole.set(bytes, 1)
  return digest(whole)
}

/** Two hashes, and what tells a node from a leaf: filled anew for each node, as there are many. */
const pair = Buffer.alloc(1 + 2 * HASH_BYTES, NODE)

/** @param {Uint8Array} left @param {Uint8Array} right */
export const nodeHash = (left, right) => {
  if (left.length !== HASH_BYTES || right.length !== HASH_BYTES)
    return sha256(Uint8Array.of(NODE), left, right)
  pair.set(left, 1)
  pair.set(right, 1 + HASH_BYTES)
  return digest(pair)
}

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
export const readVerifierKey = (vkey) => {
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

// ── The table of plays in an export ──────────────────────────────────────────────────────────────

/** The last instant that a date can name. */
const LAST_INSTANT = 8.64e15

/** @param {unknown} at */
const isInstant = (at) => typeof at === 'number' && Math.abs(at) <= LAST_INSTANT

/** @param {unknown} at ms since the epoch */
const instant = (at) => (isInstant(at) ? new Date(/** @type {number} */ (at)).toISOString() : '')

/**
 * One line, whatever is in it: the table is read by lines. A cell that a spreadsheet would run as a
 * formula is made text by an apostrophe.
 */
const cell = (/** @type {unknown} */ value) => {
  if (value === null || value === undefined) return ''
  if (typeof value === 'number') return String(value)
  // Half a character has no bytes: what is written would differ from what is read.
  const text = String(value)
    .replace(/\r\n|[\n\r\u2028\u2029]/g, ' ')
    .toWellFormed()
  const safe = /^[=+\-@\t]/.test(text) ? `'${text}` : text
  return /[",]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

/** @type {readonly (readonly [string, (record: any, play: any) => unknown])[]} */
const COLUMNS = [
  ['device_id', (record) => record.deviceId],
  ['epoch', (record) => record.epoch],
  ['seq', (record) => record.seq],
  ['device', (_, play) => play.device],
  ['area_code', (_, play) => play.area.code],
  ['area', (_, play) => play.area.path.join(' > ')],
  ['channel', (_, play) => play.channel],
  ['title', (_, play) => play.asset.title],
  ['theme_codes', (_, play) => play.themes.map((/** @type {any} */ t) => t.code).join('; ')],
  ['themes', (_, play) => play.themes.map((/** @type {any} */ t) => t.name).join('; ')],
  ['schedule', (_, play) => play.schedule],
  ['planned_start', (_, play) => instant(play.plannedStartAt)],
  ['planned_end', (_, play) => instant(play.plannedEndAt)],
  ['start', (_, play) => instant(play.startAt)],
  ['end', (_, play) => instant(play.endAt)],
  ['start_error_ms', (_, play) => play.startErrorMs],
  ['played_ms', (_, play) => play.playedMs],
  ['outcome', (_, play) => play.outcome],
  ['cause', (_, play) => play.cause],
  ['rms_dbfs', (_, play) => play.measured?.rmsDbfs],
  ['frames', (_, play) => play.measured?.frames],
  ['approved_by', (_, play) => play.approvedBy],
  ['content_sha256', (_, play) => play.asset.sha256],
  ['clock', (record) => record.clock.grade],
  ['clock_error_ms', (record) => record.clock.errorMs],
]

/** UTF-8 with a byte order mark: so that spreadsheets read it as such. */
export const TABLE_HEAD = `\uFEFF${COLUMNS.map(([name]) => name).join(',')}`

/**
 * The row of a play.
 * @param {any} record as parsed
 */
export const tableRow = (record) =>
  COLUMNS.map(([, value]) => cell(value(record, record.event.play))).join(',')

/**
 * What an export was asked for. Instants are in ms since the epoch, [from, to), of planned starts.
 * @typedef {{
 *   deviceIds: string[],
 *   from: number | null,
 *   to: number | null,
 *   themeIds: string[] | null,
 *   areaIds: string[] | null,
 *   channel: string | null,
 *   outcome: string | null,
 * }} Selection
 */

/** @param {any} value */
const isText = (value) => typeof value === 'string'

/** @param {any} value */
const isThing = (value) => typeof value === 'object' && value !== null && !Array.isArray(value)

/**
 * Whether a record that calls itself a play says what the table needs: a device can write anything,
 * and what is no play keeps no export from being written or checked.
 * @param {any} record as parsed
 */
const isReadablePlay = (record) => {
  const play = record?.event?.play
  if (!isThing(play) || !isThing(record.clock) || !isThing(play.area) || !isThing(play.asset))
    return false
  return (
    Array.isArray(play.area.path) &&
    play.area.path.every(isText) &&
    Array.isArray(play.themes) &&
    play.themes.every(
      (/** @type {any} */ theme) =>
        isThing(theme) && [theme.id, theme.code, theme.name].every(isText),
    ) &&
    [play.area.id, play.area.code, play.asset.title, play.asset.sha256].every(isText) &&
    [play.device, play.channel, play.schedule, play.outcome, play.approvedBy].every(isText) &&
    isInstant(play.plannedStartAt) &&
    isInstant(play.plannedEndAt)
  )
}

/**
 * Whether a record belongs into the table.
 * @param {Selection} selection
 * @param {any} record as parsed
 */
export const isSelected = ({ from, to, themeIds, areaIds, channel, outcome }, record) => {
  if (record?.event?.kind !== 'play' || !isReadablePlay(record)) return false
  const { play } = record.event
  if (from !== null && play.plannedStartAt < from) return false
  if (to !== null && play.plannedStartAt >= to) return false
  if (themeIds && !play.themes.some((/** @type {any} */ t) => themeIds.includes(t.id))) return false
  if (areaIds && !areaIds.includes(play.area.id)) return false
  if (channel !== null && play.channel !== channel) return false
  return outcome === null || play.outcome === outcome
}

// ── Checking an export ───────────────────────────────────────────────────────────────────────────

/** Files that systems leave in folders that somebody looked into. */
const LITTER = ['.DS_Store', 'Thumbs.db', 'desktop.ini']
const SIGNED_FILES = ['manifest.json', 'manifest.note']

/** @param {string} digest of manifest.json, in hexadecimal */
export const exportText = (digest) => `loabang/export\n${digest}\n`

/**
 * The lines of a file, without their ends. The last one must be ended too.
 * @param {string} path
 * @returns {Generator<Buffer, undefined>}
 */
function* linesOf(path) {
  const file = openSync(path, 'r')
  try {
    const chunk = Buffer.alloc(1 << 18)
    let rest = Buffer.alloc(0)
    for (;;) {
      const length = readSync(file, chunk, 0, chunk.length, null)
      if (length === 0) break
      const text = Buffer.concat([rest, chunk.subarray(0, length)])
      let start = 0
      for (let end = text.indexOf(10); end >= 0; end = text.indexOf(10, start)) {
        yield text.subarray(start, end)
        start = end + 1
      }
      rest = Buffer.from(text.subarray(start))
    }
    if (rest.length > 0) throw new Contradiction(basename(path), 'the last line is cut')
    return undefined
  } finally {
    closeSync(file)
  }
}

/** @param {string} path */
const digestOf = (path) => {
  const hash = createHash('sha256')
  const file = openSync(path, 'r')
  const chunk = Buffer.alloc(1 << 18)
  let bytes = 0
  for (;;) {
    const length = readSync(file, chunk, 0, chunk.length, null)
    if (length === 0) break
    hash.update(chunk.subarray(0, length))
    bytes += length
  }
  closeSync(file)
  return { bytes, sha256: hash.digest('hex') }
}

/** Evidence that speaks against itself; `place` says where. */
class Contradiction extends Error {
  /** @param {string} place @param {string} what */
  constructor(place, what) {
    super(`${place}: ${what}`)
  }
}

/** Said again and again, a thing gets no truer: findings beyond this are only counted. */
const MOST_TOLD = 200

class Report {
  /** @type {string[]} */
  contradictions = []
  /** @type {string[]} */
  unknowns = []
  /** @type {string[]} */
  facts = []
  contradicted = 0
  unknown = 0
  records = 0
  rows = 0

  /** @param {string} place @param {string} what */
  contradict(place, what) {
    this.contradicted += 1
    if (this.contradictions.length < MOST_TOLD) this.contradictions.push(`${place}: ${what}`)
  }

  /** @param {string} place @param {string} what */
  leaveOpen(place, what) {
    this.unknown += 1
    if (this.unknowns.length < MOST_TOLD) this.unknowns.push(`${place}: ${what}`)
  }

  get verdict() {
    if (this.contradicted > 0) return /** @type {const} */ ('CONTRADICTION')
    return this.unknown > 0 ? /** @type {const} */ ('UNKNOWN') : /** @type {const} */ ('OK')
  }

  /**
   * Goes on after what contradicts itself, as far as that makes sense.
   * @param {string} place
   * @param {() => void} work
   */
  guard(place, work) {
    try {
      work()
    } catch (error) {
      const what = error instanceof Error ? error.message : String(error)
      if (error instanceof Contradiction) {
        this.contradicted += 1
        this.contradictions.push(what)
      } else this.contradict(place, `cannot be read (${what})`)
    }
  }
}

/** @param {Buffer} line @param {string} place @returns {any} */
const parseLine = (line, place) => {
  try {
    return JSON.parse(line.toString('utf8'))
  } catch {
    throw new Contradiction(place, 'not JSON')
  }
}

/**
 * What a text in base64 says. Only one text says it: bits that nobody reads could be changed unseen.
 * @param {string} text
 * @param {string} place
 */
const exactBytes = (text, place) => {
  const bytes = Buffer.from(text, 'base64')
  if (bytes.toString('base64') !== text) throw new Contradiction(place, 'not written as base64 is')
  return bytes
}

/**
 * Hashes of hidden leaves, put where they belong.
 * @param {TreeHead} tree
 * @param {number} from
 * @param {number} to
 * @param {readonly string[]} hashes
 * @param {string} place
 */
const hide = (tree, from, to, hashes, place) => {
  const subtrees = isCount(from) && isCount(to) ? subtreesOf(from, to) : []
  if (tree.size !== from || to <= from || subtrees.length !== hashes.length)
    throw new Contradiction(place, `leaves ${from} to ${to} do not follow ${tree.size}`)
  for (const [index, { level }] of subtrees.entries()) {
    const hash = exactBytes(hashes[index] ?? '', place)
    if (hash.length !== HASH_BYTES) throw new Contradiction(place, 'a hash of another length')
    tree.appendSubtree(hash, level)
  }
}

/** SEQUENCE { AlgorithmIdentifier SHA-256, OCTET STRING } of a time stamp, before its 32 bytes. */
const IMPRINT = Buffer.from('3031300d060960864801650304020105000420', 'hex')

/**
 * @param {Report} report
 * @param {string} place
 * @param {string} note what was stamped
 * @param {string} timestamp DER in base64
 * @param {string | undefined} authority PEM file of whom to believe
 */
const checkTimestamp = (report, place, note, timestamp, authority) => {
  const token = exactBytes(timestamp, place)
  if (!token.includes(Buffer.concat([IMPRINT, sha256(note)])))
    throw new Contradiction(place, 'the time stamp is of something else')
  if (!authority) return
  const folder = mkdtempSync(join(tmpdir(), 'loabang-verify-'))
  const [data, answer] = [join(folder, 'note'), join(folder, 'answer')]
  writeFileSync(data, note)
  writeFileSync(answer, token)
  const args = ['ts', '-verify', '-data', data, '-in', answer, '-CAfile', authority]
  const ran = spawnSync('openssl', args, { encoding: 'utf8' })
  rmSync(folder, { recursive: true })
  if (ran.error) report.leaveOpen(place, 'the authority’s signature needs openssl to be checked')
  else if (ran.status !== 0) throw new Contradiction(place, 'the time stamp does not verify')
}

/**
 * What the closed days say of a journal.
 * @typedef {{ date: string, size: number, root: Uint8Array, key: string }} Closed
 */

/**
 * Checks the daily roots. @returns what they say of each journal, by its origin
 * @param {Report} report
 * @param {string} folder
 * @param {any} manifest
 */
const checkDays = (report, folder, manifest) => {
  /** @type {Map<string, Closed[]>} */
  const closed = new Map()
  /** @type {Map<string, string>} */
  const roots = new Map()
  const authority = manifest.files.some((/** @type {any} */ f) => f.name === 'authority.pem')
    ? join(folder, 'authority.pem')
    : undefined
  /** @type {{ date: string, size: number, root: Buffer } | undefined} */
  let day
  let tree = new TreeHead()
  const finish = () => {
    if (!day) return
    if (tree.size !== day.size || !sameBytes(tree.root(), day.root))
      throw new Contradiction(`days.jsonl ${day.date}`, 'its leaves do not make its root')
    roots.set(day.date, day.root.toString('base64'))
  }
  for (const line of linesOf(join(folder, 'days.jsonl'))) {
    const step = parseLine(line, 'days.jsonl')
    const place = `days.jsonl ${day?.date ?? ''}`
    if (step.day) {
      finish()
      const { date, note, timestamp } = step.day
      const opened = openNote(note, manifest.notesKey)
      const said = opened && readCheckpoint(opened.text)
      if (said?.origin !== dayOrigin(date))
        throw new Contradiction(`days.jsonl ${date}`, 'its root is not signed by the server')
      const [, before, root] = /^previous (\S+) (\S+)$/.exec(said.extensions[0] ?? '') ?? []
      if (day && (before !== day.date || root !== roots.get(day.date)))
        throw new Contradiction(`days.jsonl ${date}`, `does not follow ${day.date}`)
      if (timestamp !== null)
        checkTimestamp(report, `days.jsonl ${date}`, note, timestamp, authority)
      day = { date, size: said.size, root: said.root }
      tree = new TreeHead()
    } else if (step.hide) hide(tree, step.hide[0], step.hide[1], step.hashes, place)
    else {
      const leaf = readDayLeaf(step.leaf)
      if (!leaf || !day) throw new Contradiction(place, 'a leaf that cannot be read')
      tree.append(leafHash(step.leaf))
      const origin = journalOrigin(leaf.deviceId, leaf.epoch)
      const { size, root, key } = leaf
      closed.set(origin, [...(closed.get(origin) ?? []), { date: day.date, size, root, key }])
    }
  }
  finish()
  return { closed, roots }
}

/**
 * A journal on its way through the check.
 * @typedef {{
 *   deviceId: string, epoch: number, size: number, root: Uint8Array, place: string, key: string,
 *   tree: TreeHead, closed: Closed[], covered: number,
 *   first: number | undefined, end: number, hidden: [number, number][],
 *   firstAt: number | undefined, lastAt: number | undefined,
 *   previous: { seq: number, sha256: string } | undefined,
 * }} Walk
 */

/**
 * @param {any} said the header of a journal in proofs.jsonl
 * @param {any} manifest
 * @param {Map<string, Closed[]>} closed
 * @returns {Walk}
 */
const beginJournal = ({ deviceId, epoch, note, journalKey }, manifest, closed) => {
  const origin = journalOrigin(deviceId, epoch)
  const place = `${deviceId}/${epoch}`
  const spki = exactBytes(journalKey, place)
  const raw = spki.subarray(SPKI_HEAD.length)
  if (raw.length !== 32 || !spki.subarray(0, SPKI_HEAD.length).equals(SPKI_HEAD))
    throw new Contradiction(place, 'its key is none of Ed25519')
  const id = keyIdOf(origin, ED25519, raw).toString('hex')
  const vkey = `${origin}+${id}+${Buffer.concat([Buffer.of(ED25519), raw]).toString('base64')}`
  const opened = openNote(note, vkey)
  const said = opened && readCheckpoint(opened.text)
  if (said?.origin !== origin) throw new Contradiction(place, 'not signed by its device')
  if (!openNote(note, manifest.cosignaturesKey))
    throw new Contradiction(place, 'not countersigned by the server')
  return {
    deviceId,
    epoch,
    size: said.size,
    root: said.root,
    place,
    key: keyFingerprint(journalKey),
    tree: new TreeHead(),
    closed: closed.get(origin) ?? [],
    covered: 0,
    first: undefined,
    end: 0,
    hidden: [],
    firstAt: undefined,
    lastAt: undefined,
    previous: undefined,
  }
}

/** Compares with the days that were closed when the journal was just as long. @param {Walk} walk @param {Report} report */
const meetDays = (walk, report) => {
  for (const day of walk.closed) {
    if (day.size !== walk.tree.size) continue
    if (day.size > 0 && !sameBytes(day.root, walk.tree.root()))
      throw new Contradiction(walk.place, `the root of ${day.date} was of other records`)
    if (day.key !== walk.key)
      report.leaveOpen(walk.place, `on ${day.date} it was signed with another key`)
    walk.covered = Math.max(walk.covered, day.size)
  }
}

/** @param {Walk} walk @param {Report} report */
const endJournal = (walk, report) => {
  const { tree, size, root, place, closed } = walk
  if (tree.size !== size || !sameBytes(tree.root(), root))
    throw new Contradiction(place, `its ${tree.size} records are not the ${size} that were signed`)
  for (const day of closed)
    if (day.size > size)
      throw new Contradiction(place, `on ${day.date} it had ${day.size} records, and now ${size}`)
  if (walk.end > walk.covered)
    report.leaveOpen(
      place,
      `records ${walk.covered} to ${walk.end - 1} are under no daily root yet`,
    )
}

/**
 * One record that is shown.
 * @param {Walk} walk
 * @param {Buffer} bytes
 * @param {Report} report
 * @returns {any} the record, or undefined where it is none of this place
 */
const showRecord = (walk, bytes, report) => {
  const seq = walk.tree.size
  const place = `${walk.place}/${seq}`
  walk.tree.append(leafHash(bytes))
  walk.first ??= seq
  walk.end = seq + 1
  report.records += 1
  meetDays(walk, report)
  let record
  try {
    record = JSON.parse(bytes.toString('utf8'))
  } catch {
    record = undefined
  }
  const { deviceId, epoch } = walk
  const isInPlace = record?.deviceId === deviceId && record.epoch === epoch && record.seq === seq
  if (isInPlace) {
    if (walk.previous?.seq === seq - 1 && record.prev !== walk.previous.sha256)
      report.leaveOpen(`${walk.place}/${seq - 1}`, 'the record after it names another predecessor')
    if (isInstant(record.at)) {
      walk.firstAt ??= record.at
      walk.lastAt = record.at
    } else report.leaveOpen(place, 'it does not say when it was written')
    if (record.event?.kind === 'play' && !isReadablePlay(record))
      report.leaveOpen(place, 'the device wrote a play here that cannot be read')
  } else report.leaveOpen(place, 'the device wrote something here that is no record of this place')
  walk.previous = { seq, sha256: sha256(bytes).toString('hex') }
  return isInPlace ? record : undefined
}

/**
 * What the shown records leave open of the time that was asked for.
 * @param {Walk} walk
 * @param {Walk | undefined} next the same device's next epoch
 * @param {Selection} selection
 * @param {Report} report
 */
const findGaps = (walk, next, selection, report) => {
  const { place, first, end, size, firstAt, lastAt } = walk
  const from = selection.from ?? Number.NEGATIVE_INFINITY
  const to = selection.to ?? Number.POSITIVE_INFINITY
  const instantOf = (/** @type {number} */ at) => instant(at) || '…'
  if (first === undefined) {
    if (size > 0) report.leaveOpen(place, `none of its ${size} records is shown`)
    return
  }
  for (const [start, stop] of walk.hidden)
    if (start >= first && stop <= end)
      report.leaveOpen(place, `records ${start} to ${stop - 1} are not shown`)
  if (first > 0 && !(firstAt !== undefined && firstAt < from))
    report.leaveOpen(place, `records before ${first} are not shown, and may lie in the period`)
  if (end < size && !(lastAt !== undefined && lastAt >= to))
    report.leaveOpen(place, `records after ${end - 1} are not shown, and may lie in the period`)
  if (end < size || lastAt === undefined || selection.to === null) return
  const until = Math.min(to, next?.firstAt ?? to)
  if (lastAt < until && until > from)
    report.leaveOpen(
      place,
      `nothing is known from ${instantOf(Math.max(lastAt, from))} to ${instantOf(until)}`,
    )
}

/**
 * @param {Report} report
 * @param {string} folder
 * @param {any} manifest
 * @param {Map<string, Closed[]>} closed
 */
const checkJournals = (report, folder, manifest, closed) => {
  const records = linesOf(join(folder, 'records.jsonl'))
  const table = linesOf(join(folder, 'plays.csv'))
  /** @type {Selection} */
  const selection = manifest.selection
  const missing = new Set(selection.deviceIds)
  if (table.next().value?.toString('utf8') !== TABLE_HEAD)
    report.contradict('plays.csv', 'its first line is another')
  /** @type {Walk | undefined} */
  let walk
  /** @type {Walk | undefined} */
  let before
  const finish = () => {
    if (!walk) return
    endJournal(walk, report)
    if (before)
      findGaps(before, before.deviceId === walk.deviceId ? walk : undefined, selection, report)
    before = walk
  }
  const take = (/** @type {Walk} */ at, /** @type {Buffer} */ bytes) => {
    const record = showRecord(at, bytes, report)
    if (!isSelected(selection, record)) return
    const row = table.next().value?.toString('utf8')
    report.rows += 1
    if (row !== tableRow(record))
      report.contradict(`${at.place}/${record.seq}`, 'its row in plays.csv says something else')
  }
  for (const line of linesOf(join(folder, 'proofs.jsonl'))) {
    const step = parseLine(line, 'proofs.jsonl')
    if (step.journal) {
      finish()
      const begun = beginJournal(step.journal, manifest, closed)
      if (
        walk &&
        !(
          begun.deviceId > walk.deviceId ||
          (begun.deviceId === walk.deviceId && begun.epoch > walk.epoch)
        )
      )
        throw new Contradiction(begun.place, 'stands in another place than its own')
      if (!missing.has(begun.deviceId) && begun.deviceId !== walk?.deviceId)
        throw new Contradiction(begun.place, 'is of no device that was asked for')
      const isFirst = begun.deviceId !== walk?.deviceId
      const skipped = isFirst ? begun.epoch > 0 : begun.epoch !== (walk?.epoch ?? 0) + 1
      if (skipped) report.leaveOpen(begun.place, 'the epoch before it is not here')
      missing.delete(begun.deviceId)
      walk = begun
      meetDays(walk, report)
      continue
    }
    if (!walk) throw new Contradiction('proofs.jsonl', 'begins with no journal')
    if (step.hide) {
      hide(walk.tree, step.hide[0], step.hide[1], step.hashes, walk.place)
      walk.hidden.push(step.hide)
      meetDays(walk, report)
    } else if (step.odd) {
      if (step.odd.seq !== walk.tree.size) throw new Contradiction(walk.place, 'out of order')
      take(walk, Buffer.from(step.odd.bytes, 'utf8'))
    } else {
      const [from, to] = step.show
      if (from !== walk.tree.size || !(to > from))
        throw new Contradiction(walk.place, 'out of order')
      while (walk.tree.size < to) {
        const bytes = records.next().value
        if (!bytes)
          throw new Contradiction(`${walk.place}/${walk.tree.size}`, 'the record is missing')
        take(walk, bytes)
      }
    }
  }
  finish()
  if (before) findGaps(before, undefined, selection, report)
  if (records.next().value)
    report.contradict('records.jsonl', 'holds more records than were proved')
  if (table.next().value) report.contradict('plays.csv', 'holds more rows than there are plays')
  for (const deviceId of missing) report.leaveOpen(deviceId, 'nothing was ever received')
}

/**
 * Names the records whose bytes do not follow each other, where the tree only says that some do not.
 * @param {Report} report
 * @param {string} folder
 */
const nameBroken = (report, folder) => {
  /** @type {any} */
  let before
  let previous = ''
  for (const bytes of linesOf(join(folder, 'records.jsonl'))) {
    /** @type {any} */
    let record
    try {
      record = JSON.parse(bytes.toString('utf8'))
    } catch {
      report.contradict(
        before ? `after ${before.deviceId}/${before.epoch}/${before.seq}` : 'records.jsonl',
        'no record',
      )
    }
    const follows = record && before?.deviceId === record.deviceId && before.epoch === record.epoch
    if (follows && record.seq <= before.seq)
      report.contradict(
        `${record.deviceId}/${record.epoch}/${record.seq}`,
        'is here twice, or out of order',
      )
    else if (follows && record.seq === before.seq + 1 && record.prev !== previous)
      report.contradict(
        `${before.deviceId}/${before.epoch}/${before.seq}`,
        'was changed: the record after it names another',
      )
    before = record
    previous = sha256(bytes).toString('hex')
  }
}

/**
 * @param {Report} report
 * @param {string} folder
 * @returns {any} the manifest, or undefined where there is none to go by
 */
const checkFiles = (report, folder) => {
  const present = readdirSync(folder).filter((name) => !LITTER.includes(name))
  if (!SIGNED_FILES.every((name) => present.includes(name))) {
    report.contradict('manifest', 'there is no signed list of files: this is no whole export')
    return undefined
  }
  const bytes = readFileSync(join(folder, 'manifest.json'))
  const note = readFileSync(join(folder, 'manifest.note'), 'utf8')
  const manifest = parseLine(bytes, 'manifest.json')
  const opened = openNote(note, manifest.notesKey)
  const isOnly = readNote(note)?.lines.length === 1
  if (!isOnly || opened?.text !== exportText(sha256(bytes).toString('hex')))
    report.contradict('manifest', 'is not what the server signed')
  const listed = new Set(SIGNED_FILES)
  for (const { name, bytes: size, sha256: digest } of manifest.files) {
    listed.add(name)
    if (!present.includes(name)) report.contradict(name, 'is missing')
    else {
      const is = digestOf(join(folder, name))
      if (is.sha256 !== digest || is.bytes !== size) report.contradict(name, 'was changed')
    }
  }
  for (const name of present)
    if (!listed.has(name)) report.contradict(name, 'is no file of this export')
  return manifest
}

/**
 * Checks an export.
 * @param {string} folder
 * @param {{ key?: string, qr?: string[] }} [trust] the server's key as it was published, and what is
 *   printed on reports: without them the export is only checked against itself
 * @returns {Report}
 */
export const checkExport = (folder, { key, qr = [] } = {}) => {
  const report = new Report()
  report.guard('manifest.json', () => {
    const manifest = checkFiles(report, folder)
    if (!manifest) return
    if (manifest.format !== 'loabang-export-1') {
      report.leaveOpen('manifest.json', `this program does not know the format ${manifest.format}`)
      return
    }
    if (key !== undefined && key !== manifest.notesKey)
      report.contradict('manifest.json', `is signed with another key: ${manifest.notesKey}`)
    report.facts.push(`server key: ${manifest.notesKey}`)
    /** @type {Map<string, Closed[]>} */
    let closed = new Map()
    report.guard('days.jsonl', () => {
      const days = checkDays(report, folder, manifest)
      closed = days.closed
      for (const [date, root] of days.roots)
        report.facts.push(`root of ${date}: ${Buffer.from(root, 'base64').toString('hex')}`)
      for (const text of qr) {
        const [, date = '', printed = ''] = /^LOABANG (\S+) ([0-9a-f]{24})\b/.exec(text) ?? []
        const root = days.roots.get(date)
        if (!root) report.leaveOpen(text, 'that day is not in this export')
        else if (!Buffer.from(root, 'base64').toString('hex').startsWith(printed))
          report.contradict(`days.jsonl ${date}`, 'its root is not the one that was printed')
      }
    })
    report.guard('proofs.jsonl', () => checkJournals(report, folder, manifest, closed))
    if (report.contradicted > 0) report.guard('records.jsonl', () => nameBroken(report, folder))
  })
  return report
}

// ── An archive is an export whose large files are packed (zstd) ──────────────────────────────────

const PACKED = '.zst'

/** This Node cannot unpack an archive. */
export class CannotUnpack extends Error {}

/**
 * @param {string} folder an export, or an archive
 * @param {string} into an empty folder, where what was packed is unpacked
 * @returns {Promise<string>} the folder to check
 * @throws CannotUnpack, or what zstd says of a packed file that was changed
 */
export const unpack = async (folder, into) => {
  const names = readdirSync(folder)
  if (!names.some((name) => name.endsWith(PACKED))) return folder
  if (typeof zlib.createZstdDecompress !== 'function')
    throw new CannotUnpack('Node 22.15 or newer is needed, or: zstd -d --rm *.zst')
  for (const name of names) {
    const from = join(folder, name)
    if (!name.endsWith(PACKED)) copyFileSync(from, join(into, name))
    else
      await pipeline(
        createReadStream(from),
        zlib.createZstdDecompress(),
        createWriteStream(join(into, name.slice(0, -PACKED.length)), { flags: 'wx' }),
      )
  }
  return into
}

/**
 * Checks an export or an archive.
 * @param {string} folder
 * @param {{ key?: string, qr?: string[] }} [trust] as for an export
 * @returns {Promise<Report>}
 */
export const checkArchive = async (folder, trust = {}) => {
  const into = mkdtempSync(join(tmpdir(), 'loabang-verify-'))
  try {
    return checkExport(await unpack(folder, into), trust)
  } catch (error) {
    const report = new Report()
    const said = error instanceof Error ? error.message : String(error)
    if (error instanceof CannotUnpack) report.leaveOpen(folder, said)
    else report.contradict(folder, `cannot be unpacked: ${said}`)
    return report
  } finally {
    rmSync(into, { recursive: true, force: true })
  }
}

// ── node verify.mjs [FOLDER] [--key KEY] [--qr TEXT]… ────────────────────────────────────────────

const EXIT = { OK: 0, CONTRADICTION: 1, UNKNOWN: 2 }

const WORDS = {
  OK: 'OK: nothing altered, nothing missing, nothing out of order / không bị sửa, không thiếu, không đảo thứ tự',
  UNKNOWN:
    'UNKNOWN: what is here holds; some of what was asked for is not proved / phần có ở đây là đúng; một phần chưa chứng minh được',
  CONTRADICTION: 'CONTRADICTION: this is not what was recorded / không khớp với những gì đã ghi',
}

/** @param {string[]} args */
const main = async (args) => {
  /** @type {string[]} */
  const qr = []
  let key
  let folder = dirname(fileURLToPath(import.meta.url))
  for (let at = 0; at < args.length; at++) {
    if (args[at] === '--qr') qr.push(args[++at] ?? '')
    else if (args[at] === '--key') key = args[++at]
    else folder = args[at] ?? ''
  }
  const say = (/** @type {string} */ line) => process.stdout.write(`${line}\n`)
  const report = await checkArchive(folder, { ...(key !== undefined && { key }), qr })
  for (const fact of report.facts) say(`  ${fact}`)
  for (const line of report.contradictions) say(`✗ ${line}`)
  for (const line of report.unknowns) say(`? ${line}`)
  const more =
    report.contradicted + report.unknown - report.contradictions.length - report.unknowns.length
  if (more > 0) say(`  … ${more}`)
  say(`${report.records} records / bản ghi, ${report.rows} rows / dòng`)
  say(WORDS[report.verdict])
  process.exitCode = EXIT[report.verdict]
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url))
  await main(process.argv.slice(2))
