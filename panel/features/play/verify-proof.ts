import type { PlayProof } from '#protocol'

/** Checks a proof in the browser itself, after RFC 6962 and RFC 8032: the server is not asked. */

const bytesOf = (base64: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))
const sha256 = async (...parts: Uint8Array[]): Promise<Uint8Array<ArrayBuffer>> =>
  new Uint8Array(
    await crypto.subtle.digest('SHA-256', new Uint8Array(parts.flatMap((part) => [...part]))),
  )
const isSame = (a: Uint8Array, b: Uint8Array): boolean =>
  a.length === b.length && a.every((byte, index) => byte === b[index])

const LEAF = Uint8Array.of(0)
const NODE = Uint8Array.of(1)

/** The root that a leaf and its audit path lead to (RFC 9162 §2.1.3.2); undefined where they cannot. */
const rootOf = async (
  leaf: Uint8Array<ArrayBuffer>,
  index: number,
  size: number,
  path: readonly string[],
) => {
  let [node, at, last] = [leaf, index, size - 1]
  if (at > last) return undefined
  for (const step of path) {
    if (last === 0) return undefined
    const sibling = bytesOf(step)
    if (at % 2 === 1 || at === last) {
      node = await sha256(NODE, sibling, node)
      while (at % 2 === 0 && at !== 0) {
        at = Math.floor(at / 2)
        last = Math.floor(last / 2)
      }
    } else node = await sha256(NODE, node, sibling)
    at = Math.floor(at / 2)
    last = Math.floor(last / 2)
  }
  return last === 0 ? node : undefined
}

/** Whether a key signed a note; the key's name stands before each signature, four bytes of its id within. */
const isSigned = async (note: string, spki: string): Promise<boolean> => {
  const end = note.indexOf('\n\n')
  const text = new TextEncoder().encode(note.slice(0, end + 1))
  const key = await crypto.subtle.importKey('spki', bytesOf(spki), 'Ed25519', false, ['verify'])
  for (const line of note.slice(end + 2).split('\n')) {
    const signature = bytesOf(line.split(' ').at(-1) ?? '').slice(4)
    if (signature.length !== 64) continue
    if (await crypto.subtle.verify('Ed25519', key, signature, text)) return true
  }
  return false
}

/** @returns whether record, audit path, root and the device's signature fit together */
export const provesPlay = async (proof: PlayProof): Promise<boolean> => {
  const leaf = await sha256(LEAF, new TextEncoder().encode(proof.record))
  const root = await rootOf(leaf, proof.seq, proof.size, proof.path)
  const [, size, said = ''] = proof.note.split('\n')
  return (
    root !== undefined &&
    isSame(leaf, bytesOf(proof.leafHash)) &&
    isSame(root, bytesOf(proof.root)) &&
    isSame(root, bytesOf(said)) &&
    Number(size) === proof.size &&
    (await isSigned(proof.note, proof.journalKey))
  )
}
