import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { run } from './run.mjs'
import { SetupProblem, step } from './terminal.mjs'

const SOURCE = /\.(tsx?|mjs|css|html|svg|json)$/

/** What a server needs built: from the sources of these rooms, into this folder, by this command. */
const BUILDS = [
  {
    rooms: ['panel', 'protocol', 'playlists'],
    folder: 'panel/dist',
    args: ['node_modules/vite/bin/vite.js', 'build', 'panel', '--logLevel', 'warn'],
    name: { en: 'the panel', vi: 'trang điều khiển' },
  },
  {
    rooms: ['setup', 'server', 'media', 'evidence', 'playlists', 'protocol'],
    folder: 'server/dist',
    args: ['setup/bundle-processes.mjs'],
    name: { en: 'the processes of the server', vi: 'các tiến trình của máy chủ' },
  },
]

/**
 * Builds what is missing or older than its sources.
 * @param {string} root
 * @param {string} node
 */
export const ensureBuilt = async (root, node) => {
  for (const { rooms, folder, args, name } of BUILDS) {
    const sources = rooms.flatMap((room) =>
      readdirSync(join(root, room), { recursive: true, encoding: 'utf8' })
        .map((path) => join(room, path))
        .filter((path) => SOURCE.test(path) && !path.startsWith(folder)),
    )
    const hash = createHash('sha256').update(readFileSync(join(root, 'package-lock.json')))
    for (const path of sources.sort()) hash.update(path).update(readFileSync(join(root, path)))
    const digest = hash.digest('hex')
    const stampPath = join(root, folder, '.stamp')
    if (existsSync(stampPath) && readFileSync(stampPath, 'utf8') === digest) continue
    await step({ en: `Building ${name.en}`, vi: `Đang dựng ${name.vi}` }, async () => {
      const built = await run(node, args, { cwd: root })
      if (!built.ok) {
        throw new SetupProblem(
          {
            en: `Building ${name.en} failed:\n${built.output}`,
            vi: `Không dựng được ${name.vi}:\n${built.output}`,
          },
          `node ${args.join(' ')}`,
        )
      }
      writeFileSync(stampPath, digest)
    })
  }
}
