import { createHash } from 'node:crypto'
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { expect, test } from 'vitest'
import { createDiskStorage } from '#media'
import type { Sha256 } from '#protocol'
import { tempFolder } from '../support/temp-folder.ts'

const storageWith = async (bytes: string) => {
  const folder = tempFolder()
  const storage = createDiskStorage(join(folder, 'media'))
  const path = join(folder, 'file')
  writeFileSync(path, bytes)
  return { storage, path, stored: await storage.adopt(path) }
}

test('a file is named by its content and is gone from where it was', async () => {
  const { storage, path, stored } = await storageWith('xin chào')
  expect(stored).toEqual({
    sha256: createHash('sha256').update('xin chào').digest('hex'),
    bytes: Buffer.byteLength('xin chào'),
  })
  expect(existsSync(path)).toBe(false)
  expect(await text(storage.read(stored.sha256))).toBe('xin chào')
  expect(await storage.size(stored.sha256)).toBe(stored.bytes)
  expect(existsSync(await storage.localPath(stored.sha256))).toBe(true)
})

test('a range is the bytes from its first to its last', async () => {
  const { storage, stored } = await storageWith('0123456789')
  expect(await text(storage.read(stored.sha256, { start: 2, end: 4 }))).toBe('234')
})

test('what is not stored has no size; the same bytes again are no news', async () => {
  const { storage, path, stored } = await storageWith('a')
  expect(await storage.size('0'.repeat(64) as Sha256)).toBeUndefined()
  writeFileSync(path, 'a')
  expect(await storage.adopt(path)).toEqual(stored)
})
