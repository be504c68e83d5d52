import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { run } from './run.mjs'
import { SetupProblem, step } from './terminal.mjs'

const SOURCE = /\.(tsx?|css|html|svg|json)$/

/**
 * Builds the panel where it is missing or older than its sources.
 * @param {string} root
 * @param {string} node
 */
export const ensurePanel = async (root, node) => {
  const sources = ['panel', 'protocol', 'playlists'].flatMap((room) =>
    readdirSync(join(root, room), { recursive: true, encoding: 'utf8' })
      .map((path) => join(room, path))
      .filter((path) => SOURCE.test(path) && !path.startsWith(join('panel', 'dist'))),
  )
  const hash = createHash('sha256').update(readFileSync(join(root, 'package-lock.json')))
  for (const source of sources.sort()) hash.update(source).update(readFileSync(join(root, source)))
  const digest = hash.digest('hex')
  const stampPath = join(root, 'panel/dist/.stamp')
  if (existsSync(stampPath) && readFileSync(stampPath, 'utf8') === digest) return
  await step({ en: 'Building the panel', vi: 'Đang dựng trang điều khiển' }, async () => {
    const args = ['node_modules/vite/bin/vite.js', 'build', 'panel', '--logLevel', 'warn']
    const built = await run(node, args, { cwd: root })
    if (!built.ok) {
      throw new SetupProblem(
        {
          en: `The panel could not be built:\n${built.output}`,
          vi: `Không dựng được trang điều khiển:\n${built.output}`,
        },
        'npx vite build panel',
      )
    }
    writeFileSync(stampPath, digest)
  })
}
