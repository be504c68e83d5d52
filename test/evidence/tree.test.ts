import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  consistencyRuns,
  hashOfRun,
  headAt,
  inclusionRuns,
  leafHash,
  MemoryTree,
  NO_LEAVES,
  nodeHash,
  provesConsistency,
  provesInclusion,
  subtreesOf,
  TreeHead,
} from '#evidence'

type Case = { case: string; vector: Record<string, unknown> & { wantErr: boolean } }

const casesOf = (name: string): Case[] =>
  (
    JSON.parse(readFileSync(join(import.meta.dirname, 'vectors', name), 'utf8')) as {
      cases: Case[]
    }
  ).cases

const bytes = (base64: unknown): Buffer => Buffer.from((base64 as string) ?? '', 'base64')
const all = (proof: unknown): Buffer[] => ((proof as string[] | null) ?? []).map(bytes)

describe('trees of RFC 6962, against the vectors of transparency-dev/merkle', () => {
  const inclusion = casesOf('rfc6962-inclusion.json')
  const consistency = casesOf('rfc6962-consistency.json')

  test('there are vectors to be met', () => {
    expect([inclusion.length, consistency.length]).toEqual([74, 74])
  })

  test.each(inclusion)('inclusion $case', ({ vector }) => {
    const { leafHash: leaf, leafIdx, treeSize, proof, root, wantErr } = vector
    const isProved = provesInclusion(
      bytes(leaf),
      leafIdx as number,
      treeSize as number,
      all(proof),
      bytes(root),
    )
    expect(isProved).toBe(!wantErr)
  })

  test.each(consistency)('consistency $case', ({ vector }) => {
    const { size1, size2, proof, root1, root2, wantErr } = vector
    const isProved = provesConsistency(
      size1 as number,
      size2 as number,
      all(proof),
      bytes(root1),
      bytes(root2),
    )
    expect(isProved).toBe(!wantErr)
  })

  test('the constants of the reference implementation', () => {
    expect(NO_LEAVES.toString('hex')).toMatch(/^e3b0c442/)
    expect(leafHash('').toString('hex')).toMatch(/^6e340b9c/)
    expect(leafHash('L123456').toString('hex')).toMatch(/^395aa064/)
    expect(nodeHash(Buffer.from('N123'), Buffer.from('N456')).toString('hex')).toMatch(/^aa217fe8/)
  })
})

/** The definition of RFC 6962, word for word: slow, and nothing to do with ours. */
const definedRoot = (leaves: readonly string[]): Buffer => {
  const hash = (...parts: (string | Buffer)[]) => {
    const h = createHash('sha256')
    for (const part of parts) h.update(part)
    return h.digest()
  }
  if (leaves.length === 0) return hash('')
  if (leaves.length === 1) return hash(Buffer.of(0), leaves[0] ?? '')
  let k = 1
  while (k * 2 < leaves.length) k *= 2
  return hash(Buffer.of(1), definedRoot(leaves.slice(0, k)), definedRoot(leaves.slice(k)))
}

const treeOf = (leaves: readonly string[]) =>
  new MemoryTree(leaves.map((leaf) => Buffer.from(leaf)))

describe('our trees', () => {
  const leaves = fc.array(fc.string(), { maxLength: 70 })

  test('grow leaf by leaf into the root that the RFC defines', () => {
    fc.assert(
      fc.property(leaves, (texts) => {
        const head = new TreeHead()
        for (const [index, text] of texts.entries()) {
          head.append(leafHash(text))
          expect(head.size).toBe(index + 1)
        }
        expect(head.root()).toEqual(definedRoot(texts))
        expect(treeOf(texts).root()).toEqual(head.root())
      }),
    )
  })

  test('prove every leaf and every earlier head, and nothing else', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string(), { minLength: 1, maxLength: 40 }),
        fc.nat(),
        fc.nat(),
        (texts, a, b) => {
          const tree = treeOf(texts)
          const root = tree.root()
          const [index, older] = [a % texts.length, 1 + (b % texts.length)]
          const leaf = leafHash(texts[index] ?? '')
          const path = inclusionRuns(index, texts.length).map((run) => hashOfRun(run, tree.read))
          expect(provesInclusion(leaf, index, texts.length, path, root)).toBe(true)
          expect(provesInclusion(leafHash('x'.repeat(99)), index, texts.length, path, root)).toBe(
            false,
          )
          const proof = consistencyRuns(older, texts.length).map((run) => hashOfRun(run, tree.read))
          const before = headAt(older, tree.read).root()
          expect(before).toEqual(definedRoot(texts.slice(0, older)))
          expect(provesConsistency(older, texts.length, proof, before, root)).toBe(true)
          expect(provesConsistency(older, texts.length, proof, leafHash('no'), root)).toBe(false)
        },
      ),
    )
  })

  test('leaves may stand as hashes of whole subtrees, and the root is the same', () => {
    fc.assert(
      fc.property(leaves, fc.array(fc.nat(70), { maxLength: 6 }), (texts, at) => {
        const tree = treeOf(texts)
        const cuts = [...new Set([0, ...at.filter((cut) => cut < texts.length), texts.length])]
        cuts.sort((one, other) => one - other)
        const head = new TreeHead()
        for (const [index, to] of cuts.slice(1).entries()) {
          for (const subtree of subtreesOf(cuts[index] ?? 0, to))
            head.appendSubtree(tree.read(subtree), subtree.level)
        }
        expect(head.root()).toEqual(tree.root())
      }),
    )
  })

  test('a subtree that cannot stand there is refused', () => {
    const head = new TreeHead()
    head.append(leafHash('a'))
    expect(() => head.appendSubtree(leafHash('b'), 1)).toThrow(RangeError)
    expect(() => inclusionRuns(3, 3)).toThrow(RangeError)
    expect(() => consistencyRuns(4, 3)).toThrow(RangeError)
    expect(() => new TreeHead(3, [leafHash('a')])).toThrow(RangeError)
  })
})
