import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { pathOf, run, starts } from './run.mjs'
import { SetupProblem, step } from './terminal.mjs'

/**
 * @typedef {object} Program
 * @property {string} name
 * @property {string} setting environment variable that names it outright, and tells our programs
 * @property {string[]} commands what it may be called on this machine
 * @property {string[]} [others] what is started by these names beside it, out of the same packages
 * @property {string} flag a flag with which each of them starts and ends at once
 * @property {string} apt Debian's package
 * @property {(root: string) => string | undefined} [own] a copy that the project downloaded before
 * @property {(root: string, node: string) => Promise<unknown>} [download]
 */

const BROWSERS = '.tools/browsers'

/** @type {Record<string, Program>} */
const PROGRAMS = {
  ffmpeg: {
    name: 'ffmpeg',
    setting: 'FFMPEG_PATH',
    commands: ['ffmpeg'],
    flag: '-version',
    apt: 'ffmpeg',
    own: (root) => join(root, 'node_modules/ffmpeg-static/ffmpeg'),
    download: (root, node) =>
      run(node, ['install.js'], {
        cwd: join(root, 'node_modules/ffmpeg-static'),
        timeoutMs: 180_000,
      }),
  },
  chromium: {
    name: 'Chromium',
    setting: 'CHROMIUM_PATH',
    commands: [
      'chromium',
      'chromium-browser',
      'google-chrome-stable',
      'google-chrome',
      '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    ],
    flag: '--version',
    apt: 'chromium',
    own: (root) => downloadedChrome(join(root, BROWSERS)),
    download: (root, node) =>
      run(
        node,
        [
          'node_modules/puppeteer/lib/puppeteer/node/cli.js',
          'browsers',
          'install',
          'chrome',
          '--path',
          BROWSERS,
        ],
        { cwd: root, timeoutMs: 300_000 },
      ),
  },
  aplay: {
    name: 'ALSA',
    setting: 'APLAY_PATH',
    commands: ['aplay'],
    flag: '--version',
    apt: 'alsa-utils',
  },
  pulseaudio: {
    name: 'PulseAudio',
    setting: 'PULSEAUDIO_PATH',
    commands: ['pulseaudio'],
    others: ['pactl', 'pacat', 'parec'],
    flag: '--version',
    apt: 'pulseaudio pulseaudio-utils',
  },
  faketime: {
    name: 'faketime',
    setting: 'FAKETIME_PROGRAM',
    commands: ['faketime'],
    flag: '--version',
    apt: 'faketime',
  },
  xvfb: {
    name: 'Xvfb',
    setting: 'XVFB_PATH',
    commands: ['Xvfb'],
    flag: '-help',
    apt: 'xvfb',
  },
  poppler: {
    name: 'Poppler',
    setting: 'PDFTOTEXT_PATH',
    commands: ['pdftotext'],
    others: ['pdffonts'],
    flag: '-v',
    apt: 'poppler-utils',
  },
  openssl: {
    name: 'OpenSSL',
    setting: 'OPENSSL_PATH',
    commands: ['openssl'],
    flag: 'version',
    apt: 'openssl',
  },
  perl: {
    name: 'Perl',
    setting: 'PERL_PATH',
    commands: ['perl'],
    flag: '-v',
    apt: 'perl-base',
  },
  systemd: {
    name: 'systemd',
    setting: 'SYSTEMCTL_PATH',
    commands: ['systemctl'],
    others: ['systemd-notify', 'systemd-sysusers', 'systemd-analyze'],
    flag: '--version',
    apt: 'systemd',
  },
}

/** @param {string} folder */
const downloadedChrome = (folder) => {
  if (!existsSync(folder)) return undefined
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  const found = paths.find((path) =>
    /(^|\/)(chrome|chrome\.exe|Google Chrome for Testing)$/.test(path),
  )
  return found && join(folder, found)
}

/**
 * @param {string} root
 * @param {Program} program
 */
const find = (root, program) => {
  const path = [process.env[program.setting], ...program.commands, program.own?.(root)]
    .map((candidate) => candidate && pathOf(candidate))
    .find((candidate) => candidate && starts(candidate, program.flag))
  const isWhole = (program.others ?? []).every((name) => starts(name, program.flag))
  return isWhole ? path : undefined
}

/** @param {string[]} keys */
const named = (keys) => keys.map((key) => /** @type {Program} */ (PROGRAMS[key]))

/** @param {Program[]} programs */
const namesOf = (programs) => programs.map(({ name }) => name).join(', ')

/** @param {Program[]} programs */
const aptCommand = (programs) =>
  `${process.getuid?.() === 0 ? '' : 'sudo '}apt-get install -y ${programs.map(({ apt }) => apt).join(' ')}`

/**
 * Whether a program is on this machine with all that is started beside it.
 * @param {string} root the project's folder
 * @param {string} key its name in the list of programs
 */
export const isInstalled = (root, key) =>
  named([key]).every((program) => find(root, program) !== undefined)

/**
 * What programs are called, and the command that installs them.
 * @param {string[]} keys their names in the list of programs
 */
export const remedyFor = (keys) => ({
  names: named(keys).map(({ name }) => name),
  command: aptCommand(named(keys)),
})

const hasApt = () => process.getuid?.() === 0 && starts('apt-get', '--version')

/** @param {Program[]} programs */
const installWithApt = async (programs) => {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  const install = (/** @type {Program[]} */ some) => {
    const names = some.flatMap(({ apt }) => apt.split(' '))
    // Another installation under way is waited for.
    const options = ['-y', '--no-install-recommends', '-o', 'DPkg::Lock::Timeout=300']
    return run('apt-get', ['install', ...options, ...names], { env })
  }
  if ((await install(programs)).ok) return
  await run('apt-get', ['update'], { env })
  if ((await install(programs)).ok) return
  // One package that this system does not have keeps apt from installing any of them.
  for (const program of programs) await install([program])
}

/**
 * Finds the named programs, gets those that are missing where this machine lets us, and returns
 * the environment in which our own programs will find them.
 * @param {string} root
 * @param {string} node
 * @param {{ needed: string[], wanted?: string[], known?: string[] }} names missing `wanted` ones are
 *   no reason to stop; `known` ones are looked for and never fetched
 * @returns {Promise<Record<string, string>>}
 */
export const ensurePrograms = async (root, node, { needed, wanted = [], known = [] }) => {
  const missing = () => named([...needed, ...wanted]).filter((program) => !find(root, program))

  for (const { download, name } of missing()) {
    if (!download) continue
    await step(
      {
        en: `${name} is not installed; trying to download it`,
        vi: `Máy chưa có ${name}; đang thử tải về`,
      },
      () => download(root, node),
    )
  }
  const toInstall = missing()
  if (toInstall.length > 0 && hasApt()) {
    await step(
      {
        en: `Installing ${namesOf(toInstall)} with apt`,
        vi: `Đang cài ${namesOf(toInstall)} bằng apt`,
      },
      () => installWithApt(toInstall),
    )
  }
  const lacking = missing().filter((program) => needed.some((key) => PROGRAMS[key] === program))
  if (lacking.length > 0) {
    throw new SetupProblem(
      {
        en: `${namesOf(lacking)} is needed and could be neither found nor obtained. Install it, or point ${lacking.map((p) => p.setting).join(' and ')} at it, then run the same command again:`,
        vi: `Cần ${namesOf(lacking)} nhưng không tìm thấy và không tải được. Hãy cài, hoặc đặt ${lacking.map((p) => p.setting).join(' và ')} trỏ tới chương trình, rồi chạy lại lệnh vừa rồi:`,
      },
      aptCommand(lacking),
    )
  }
  return Object.fromEntries(
    named([...needed, ...wanted, ...known]).flatMap((program) => {
      const path = find(root, program)
      return path ? [[program.setting, path]] : []
    }),
  )
}
