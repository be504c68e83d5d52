import { readdirSync } from 'node:fs'
import { expect, test } from 'vitest'
import { createEvidence } from '../../../player/stage/screen/evidence.ts'
import { sha } from '../../support/builders.ts'
import { tempFolder } from '../../support/temp-folder.ts'

const DAY_MS = 86_400_000
const NOON = Date.UTC(2024, 10, 11, 12)
const jpeg = (fill: number, size = 100) => new Uint8Array(size).fill(fill)

test('every content is pictured once a day, and then every n-th slide', () => {
  const evidence = createEvidence({ folder: tempFolder(), every: 3, bytesPerDay: 10_000 })
  const taken = Array.from({ length: 7 }, (_, turn) => {
    const wants = evidence.wants(sha('a'), NOON + turn)
    if (wants) evidence.keep(sha('a'), jpeg(turn), NOON + turn)
    return wants
  })
  expect(taken).toEqual([true, false, true, false, false, true, false])
  expect(evidence.wants(sha('a'), NOON + DAY_MS)).toBe(true)
  const none = createEvidence({ folder: tempFolder(), every: 0, bytesPerDay: 10_000 })
  expect(none.wants(sha('a'), NOON)).toBe(false)
})

test("a day's pictures stay within their share of the disk, over a restart too; equal ones are one file", () => {
  const folder = tempFolder()
  const open = () => createEvidence({ folder, every: 1, bytesPerDay: 250 })
  const first = open()
  const name = first.keep(sha('a'), jpeg(1), NOON)
  expect(first.keep(sha('b'), jpeg(1), NOON)).toBe(name)
  expect(first.keep(sha('c'), jpeg(2), NOON)).not.toBeNull()
  expect(first.keep(sha('d'), jpeg(3), NOON)).toBeNull()
  expect(open().keep(sha('d'), jpeg(3), NOON)).toBeNull()
  expect(open().keep(sha('a'), jpeg(1), NOON)).toBe(name)
  expect(open().keep(sha('d'), jpeg(3), NOON + DAY_MS)).not.toBeNull()
})

test('pictures are kept for 35 days, as long as the records that name them', async () => {
  const folder = tempFolder()
  const evidence = createEvidence({ folder, every: 1, bytesPerDay: 1_000 })
  const name = evidence.keep(sha('a'), jpeg(1), NOON)
  if (!name) throw new Error('not kept')
  await evidence.prune(NOON + 35 * DAY_MS)
  expect(await evidence.read(name)).toEqual(Buffer.from(jpeg(1)))
  await evidence.prune(NOON + 36 * DAY_MS)
  expect(await evidence.read(name)).toBeUndefined()
  expect(readdirSync(folder)).toEqual([])
})

test('a picture that is not there, or not what its name says, is not handed out', async () => {
  const evidence = createEvidence({ folder: `${tempFolder()}/none`, every: 1, bytesPerDay: 1_000 })
  expect(await evidence.read(sha('x'))).toBeUndefined()
})
