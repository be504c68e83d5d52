import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { npm } from './packages.mjs'
import { starts } from './run.mjs'
import { SetupProblem, step } from './terminal.mjs'

const NEEDED_MAJOR = 24
const NODE_VERSION = '24.21.0'

/** The registry carries Node itself, one package per platform, without an install script. */
const packageName = () => {
  const platform = process.platform === 'win32' ? 'win' : process.platform
  const prefix = platform === 'darwin' && process.arch === 'arm64' ? 'node-bin' : 'node'
  return `${prefix}-${platform}-${process.arch}`
}

/** @param {string} root */
const ownNode = (root) => {
  const prefix = join(root, '.tools', `node-${NODE_VERSION}`)
  const program = process.platform === 'win32' ? 'node.exe' : 'node'
  return { prefix, executable: join(prefix, 'node_modules', packageName(), 'bin', program) }
}

const isNewEnough = () => Number(process.versions.node.split('.')[0]) >= NEEDED_MAJOR

/**
 * Whether nothing has to be fetched to run this project.
 * @param {string} root the project's folder
 */
export const hasNode = (root) => isNewEnough() || existsSync(ownNode(root).executable)

/**
 * A Node that runs this project: the one at hand where it is new enough, otherwise one of our own
 * under `.tools/`.
 * @param {string} root the project's folder
 * @returns {Promise<string>} path of the executable
 */
export const ensureNode = async (root) => {
  if (isNewEnough()) return process.execPath
  const { prefix, executable } = ownNode(root)
  if (existsSync(executable)) return executable
  await step(
    {
      en: `This is Node ${process.versions.node}; getting Node ${NODE_VERSION} for this project only`,
      vi: `Máy có Node ${process.versions.node}; đang lấy Node ${NODE_VERSION} riêng cho dự án này`,
    },
    async () => {
      const spec = `${packageName()}@${NODE_VERSION}`
      const got = await npm(process.execPath, ['install', '--prefix', prefix, '--no-save', spec])
      if (got.ok && starts(executable, '--version')) return
      throw new SetupProblem(
        {
          en: `Loabang needs Node ${NEEDED_MAJOR} or newer, and it could not be fetched from the npm registry:\n${got.output}\nInstall it, then run the same command again:`,
          vi: `Loabang cần Node ${NEEDED_MAJOR} trở lên và không tải được từ kho npm:\n${got.output}\nHãy cài Node rồi chạy lại lệnh vừa rồi:`,
        },
        `npm install --global node@${NEEDED_MAJOR}`,
      )
    },
  )
  return executable
}
