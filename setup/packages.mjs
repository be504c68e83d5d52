import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { run } from './run.mjs'
import { SetupProblem, step } from './terminal.mjs'

/**
 * Runs npm under a given Node, so that install scripts meet the Node that will run their product.
 * @param {string} node
 * @param {string[]} args
 * @param {string | undefined} [cwd]
 */
export const npm = (node, args, cwd) => {
  const env = {
    ...process.env,
    PATH: dirname(node) + delimiter + process.env.PATH,
    // ffmpeg-static's install step is satisfied by any existing file: its download is a step of
    // our own (programs.mjs), taken only where the machine has no ffmpeg.
    FFMPEG_BIN: node,
  }
  const cli = process.env.npm_execpath
  return cli && existsSync(cli)
    ? run(node, [cli, ...args], { env, cwd })
    : run('npm', args, { env, cwd })
}

/**
 * Installs the locked packages where they are missing or not those of the lock file.
 * @param {string} root
 * @param {string} node
 * @param {{ production: boolean }} options a device leaves out what only building and testing need
 */
export const ensurePackages = async (root, node, { production }) => {
  const lock = readFileSync(join(root, 'package-lock.json'))
  const hash = createHash('sha256')
    .update(lock)
    .update(`${process.platform} ${process.arch}`)
    .digest('hex')
  const stampPath = join(root, 'node_modules', '.loabang-setup')
  const stamp = existsSync(stampPath) ? readFileSync(stampPath, 'utf8') : ''
  if (stamp === `${hash} all` || (production && stamp === `${hash} production`)) return
  await step(
    {
      en: 'Installing the locked packages (about a minute, once)',
      vi: 'Đang cài các gói đã khoá phiên bản (khoảng một phút, chỉ lần đầu)',
    },
    async () => {
      const args = [
        'ci',
        '--loglevel=error',
        '--no-audit',
        '--no-fund',
        ...(production ? ['--omit=dev'] : []),
      ]
      const installed = await npm(node, args, root)
      if (!installed.ok) {
        const said = installed.output.split('\n').filter((line) => /^npm error ./.test(line))
        const reason = said.slice(0, 6).join('\n') || installed.output
        throw new SetupProblem(
          {
            en: `npm could not install the packages:\n${reason}\nCheck that this machine reaches an npm registry and can write here, then see npm's own report:`,
            vi: `npm không cài được các gói:\n${reason}\nHãy kiểm tra máy có vào được kho npm và ghi được vào thư mục này, rồi xem báo cáo của npm:`,
          },
          'npm ci',
        )
      }
      writeFileSync(stampPath, `${hash} ${production ? 'production' : 'all'}`)
    },
  )
}
