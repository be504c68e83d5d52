import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { rolldown } from 'rolldown'

/** Loaded from node_modules as they are: native, or only a board needs them. */
const LEFT_OUT = ['better-sqlite3', 'puppeteer', 'pino']

/**
 * Threads are bundled too. What else lies beside a source is found from there: a module goes on by
 * its own address, wherever the file is that it is bundled into.
 * @type {import('rolldown').Plugin}
 */
const ownAddress = {
  name: 'own-address',
  transform(code, id) {
    return code
      .replaceAll(/new URL\('(\S+\.ts)', import\.meta\.url\)/g, (_, thread) => {
        const chunk = this.emitFile({ type: 'chunk', id: join(dirname(id), thread) })
        return `new URL(import.meta.ROLLUP_FILE_URL_${chunk})`
      })
      .replaceAll('import.meta.url', JSON.stringify(pathToFileURL(id).href))
      .replaceAll('import.meta.dirname', JSON.stringify(dirname(id)))
  },
}

/**
 * The player as a few files that hold only what it uses of its sources and packages: module by module
 * it takes some 7 MB more of a box's memory. Each content has a folder of its own, which is there as
 * a whole or not at all: a box that loses power meanwhile starts what it started before.
 * @param {string} project
 * @returns {Promise<{ path: string, write: () => void, tidy: () => void }>} the file to start; what
 *   makes it; and what removes all bundles but this, for when nothing runs from them any more
 */
export const bundlePlayer = async (project) => {
  const bundle = await rolldown({
    input: join(project, 'player/main.ts'),
    platform: 'node',
    external: LEFT_OUT,
    plugins: [ownAddress],
  })
  const names = { entryFileNames: '[name].mjs', chunkFileNames: '[name].mjs' }
  const { output } = await bundle.generate({ format: 'esm', ...names })
  await bundle.close()
  const files = output.map((file) => ({
    name: file.fileName,
    content: file.type === 'chunk' ? file.code : file.source,
  }))
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
