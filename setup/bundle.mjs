import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { rolldown } from 'rolldown'

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

/** @type {import('rolldown').OutputOptions} */
const OUTPUT = {
  format: 'esm',
  entryFileNames: '[name].mjs',
  chunkFileNames: '[name].mjs',
  comments: false,
}

/**
 * Letters beyond ASCII as escapes: Node keeps a file in memory with two bytes for each letter as soon
 * as one of them is beyond Latin-1.
 * @param {string} code
 */
const inAscii = (code) =>
  code.replaceAll(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)

/**
 * A program of ours as a few files that hold only what it uses of its sources and packages. They must
 * lie within the project: what is left out is found from there.
 * @param {string} entry
 * @param {string[]} external packages that are loaded from node_modules as they are
 * @returns {Promise<{ name: string, content: string | Uint8Array }[]>}
 */
export const bundled = async (entry, external) => {
  const bundle = await rolldown({ input: entry, platform: 'node', external, plugins: [ownAddress] })
  const { output } = await bundle.generate(OUTPUT)
  await bundle.close()
  return output.map((file) => ({
    name: file.fileName,
    content: file.type === 'chunk' ? inAscii(file.code) : file.source,
  }))
}
