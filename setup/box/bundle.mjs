import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { bundled } from '../bundle.mjs'

/** Loaded from node_modules as they are: native, or only a board needs them. */
const LEFT_OUT = ['better-sqlite3', 'puppeteer', 'pino']

/**
 * The player as a few files that hold only what it uses of its sources and packages: module by module
 * it takes some 7 MB more of a box's memory. Each content has a folder of its own, which is there as
 * a whole or not at all: a box that loses power meanwhile starts what it started before.
 * @param {string} project
 * @returns {Promise<{ path: string, write: () => void, tidy: () => void }>} the file to start; what
 *   makes it; and what removes all bundles but this, for when nothing runs from them any more
 */
export const bundlePlayer = async (project) => {
  const files = await bundled(join(project, 'player/main.ts'), LEFT_OUT)
  const hash = createHash('sha256')
  for (const { name, content } of files) hash.update(`${name}\0`).update(content)
  const digest = hash.digest('hex').slice(0, 16)
  const all = join(project, 'player/dist')
  const folder = join(all, digest)
  return {
    path: join(folder, 'main.mjs'),
    write() {
      if (existsSync(folder)) return
      const fresh = `${folder}.${process.pid}`
      mkdirSync(fresh, { recursive: true })
      for (const { name, content } of files) {
        writeFileSync(join(fresh, name), content, { flush: true })
      }
      try {
        renameSync(fresh, folder)
      } catch (error) {
        // Somebody else has just made the same.
        rmSync(fresh, { recursive: true })
        if (!existsSync(folder)) throw error
      }
    },
    tidy() {
      for (const name of readdirSync(all)) {
        if (name !== digest) rmSync(join(all, name), { recursive: true, force: true })
      }
    },
  }
}
