// Makes a machine a box: `sudo npx loabang install-box --server URL --code CODE`. Done again it
// brings the box up to date, and leaves what is right as it is.

import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { run, starts } from '../run.mjs'
import { explainAndExit, inWords, SetupProblem } from '../terminal.mjs'
import { bundlePlayer } from './bundle.mjs'
import { MALLOC, NODE_FLAGS, SETTINGS, settingsIn, withSettings } from './settings.mjs'

const HERE = dirname(fileURLToPath(import.meta.url))
const PROJECT = dirname(dirname(HERE))
const UNIT = 'loabang-player.service'
const DATA = '/var/lib/loabang-player'
const ENV = '/etc/loabang/player.env'
/** The unit hides these from the player. */
const HIDDEN = /^\/(home|root|tmp|run)(\/|$)/
/** A shell or systemd takes these for something else, also between quotation marks. */
const MISREAD = /[\p{Cc}"$%\\`]/u

const MOVE = `sudo cp -a '${PROJECT.replaceAll("'", "'\\''")}' /opt/loabang && cd /opt/loabang`

/** @returns {Record<string, unknown>} */
const options = () => {
  try {
    return parseArgs({
      options: {
        ...Object.fromEntries(Object.keys(SETTINGS).map((name) => [name, { type: 'string' }])),
        root: { type: 'string' },
        'dry-run': { type: 'boolean', default: false },
        screen: { type: 'boolean', default: false },
        quiet: { type: 'boolean', default: false },
      },
    }).values
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error)
    const known = `--server URL --code CODE [--screen] [--output …] [--monitor …] [--display kiosk] [--quiet] [--dry-run] [--root DIR]`
    return explainAndExit(
      new SetupProblem({ en: `${detail}\n${known}`, vi: `${detail}\n${known}` }),
    )
  }
}

const chosen = options()
const isDry = chosen['dry-run'] === true
const root = typeof chosen.root === 'string' ? resolve(chosen.root) : ''
/** Into a folder nothing is started: it is somebody else's system, or none. */
const isHere = root === ''

/** @param {string} line */
const say = (line) => process.stdout.write(`${line}\n`)

/** @param {string} path */
const at = (path) => join(root || '/', path)

/** @param {string} path @returns {string} what stands in it; nothing where it is not there */
const read = (path) => (existsSync(path) ? readFileSync(path, 'utf8') : '')

/** Ids of the account that the player runs as; undefined as long as there is none. */
const account = () => {
  const [, uid, gid] = /^loabang:[^:]*:(\d+):(\d+):/m.exec(read(at('/etc/passwd'))) ?? []
  return uid && gid ? { uid: Number(uid), gid: Number(gid) } : undefined
}

/**
 * Writes a file where it is not what it should be.
 * @param {string} path
 * @param {string} text
 * @param {number} mode
 * @param {{ uid: number, gid: number } | undefined} [owner]
 */
const put = (path, text, mode, owner) => {
  const target = at(path)
  const isSame = existsSync(target) && read(target) === text
  say(`${isSame ? '=' : '+'} ${path}`)
  if (isDry) return
  if (!isSame) {
    mkdirSync(dirname(target), { recursive: true })
    // As a whole or not at all, wherever the power goes.
    writeFileSync(`${target}.new`, text, { mode, flush: true })
    renameSync(`${target}.new`, target)
  }
  chmodSync(target, mode)
  if (owner) chownSync(target, owner.uid, owner.gid)
}

/**
 * Runs a program of the system.
 * @param {string} program
 * @param {string[]} args
 */
const command = async (program, ...args) => {
  say(`$ ${[program, ...args].join(' ')}`)
  if (isDry) return
  const { ok, output } = await run(program, args)
  if (ok) return
  throw new SetupProblem({
    en: `${program} failed:\n${output}\nNothing was started. Mend that, then run the same command again.`,
    vi: `${program} không chạy được:\n${output}\nChưa khởi động gì. Hãy sửa rồi chạy lại lệnh vừa rồi.`,
  })
}

/**
 * @param {string} name
 * @param {string} [player] the file to start
 */
const template = (name, player = '') =>
  readFileSync(join(HERE, name), 'utf8')
    .replaceAll('@ROOT@', PROJECT)
    .replaceAll('@DOCS@', pathToFileURL(join(PROJECT, 'docs')).href.replaceAll('%', '%%'))
    .replaceAll('@PLAYER@', player)
    .replaceAll('@NODE@', process.execPath)
    .replaceAll('@FLAGS@', NODE_FLAGS.join(' '))
    .replaceAll(
      '@MALLOC@',
      Object.entries(MALLOC)
        .map((setting) => setting.join('='))
        .join(' '),
    )

const refuseWhatCannotWork = () => {
  if (process.platform !== 'linux' || !starts('systemctl', '--version')) {
    throw new SetupProblem({
      en: 'A box needs Linux with systemd. Elsewhere start the player by hand: npm run player',
      vi: 'Đầu phát cần Linux có systemd. Trên máy khác hãy chạy tay: npm run player',
    })
  }
  if (isHere && !isDry && process.getuid?.() !== 0) {
    throw new SetupProblem(
      {
        en: 'Installing a box changes the system: it must be done as root. Run:',
        vi: 'Cài đầu phát là thay đổi hệ thống, phải có quyền root. Hãy chạy:',
      },
      `sudo npx loabang install-box ${process.argv.slice(2).join(' ')}`,
    )
  }
  const misread = [PROJECT, process.execPath].find((path) => MISREAD.test(path))
  if (misread) {
    throw new SetupProblem(
      {
        en: `The path ${misread} has a character that the system would misread (one of " $ % \\ \`). Put the project elsewhere, and run the same command there:`,
        vi: `Đường dẫn ${misread} có ký tự mà hệ thống sẽ hiểu sai (một trong " $ % \\ \`). Hãy đặt dự án vào chỗ khác rồi chạy lại lệnh ở đó:`,
      },
      MOVE,
    )
  }
  const hidden = [PROJECT, process.execPath].find((path) => HIDDEN.test(path))
  if (isHere && hidden) {
    throw new SetupProblem(
      {
        en: `The player’s account does not see ${hidden}. Put the project where it can, and run the same command there:`,
        vi: `Tài khoản của đầu phát không thấy ${hidden}. Hãy đặt dự án vào chỗ khác rồi chạy lại lệnh ở đó:`,
      },
      MOVE,
    )
  }
}

/** What the player is to be set to: what was asked for now, and where its programs are. */
const settings = () => {
  const given = Object.entries(SETTINGS).flatMap(([option, name]) => {
    const value = chosen[option]
    return typeof value === 'string' ? [[name, value]] : []
  })
  const found = ['FFMPEG_PATH', 'CHROMIUM_PATH'].flatMap((name) => {
    const path = process.env[name]
    return path ? [[name, path]] : []
  })
  return Object.fromEntries([...given, ...found])
}

/**
 * Lets the box prove itself, as the account that the player runs as.
 * @param {string} player the file to start
 * @returns {number} its exit code
 */
const doctor = (player) => {
  const program = at('/usr/local/bin/loabang-player')
  const words = ['doctor', ...(chosen.quiet === true ? ['--quiet'] : [])]
  say(`$ ${[program, ...words].join(' ')}`)
  if (isDry) return 0
  if (isHere) return spawnSync(program, words, { stdio: 'inherit' }).status ?? 1
  const env = { ...process.env, ...settingsIn(read(at(ENV))), DATA_DIR: at(DATA) }
  const args = [...NODE_FLAGS, player, ...words]
  return spawnSync(process.execPath, args, { stdio: 'inherit', env }).status ?? 1
}

const install = async () => {
  refuseWhatCannotWork()
  const inRoot = isHere ? [] : [`--root=${root}`]
  put('/etc/sysusers.d/loabang.conf', template('loabang-sysusers.conf'), 0o644)
  await command('systemd-sysusers', ...inRoot, at('/etc/sysusers.d/loabang.conf'))
  const owner = account()
  say(`${existsSync(at(DATA)) ? '=' : '+'} ${DATA}`)
  if (!isDry) {
    mkdirSync(at(DATA), { recursive: true, mode: 0o700 })
    if (owner) chownSync(at(DATA), owner.uid, owner.gid)
  }
  // The code is in it, and may not have been spent: nobody else reads it.
  const group = owner && { uid: 0, gid: owner.gid }
  put(ENV, withSettings(read(at(ENV)), settings()), 0o640, group)
  const bundle = await bundlePlayer(PROJECT)
  say(`${existsSync(bundle.path) ? '=' : '+'} ${bundle.path}`)
  if (!isDry) bundle.write()
  put('/usr/local/bin/loabang-player', template('loabang-player.sh', bundle.path), 0o755)
  put(`/etc/systemd/system/${UNIT}`, template(UNIT, bundle.path), 0o644)
  put('/etc/systemd/system.conf.d/loabang-watchdog.conf', template('loabang-watchdog.conf'), 0o644)
  if (isHere) {
    await command('systemctl', 'daemon-reload')
    await command('systemctl', 'daemon-reexec')
    await command('systemctl', 'stop', UNIT)
    await command('systemctl', 'clean', '--what=cache', UNIT)
    if (!isDry) bundle.tidy()
  }
  const code = doctor(bundle.path)
  // A box that is not well yet still tries: what is missing may come.
  await command('systemctl', ...inRoot, 'enable', UNIT)
  if (isHere) await command('systemctl', 'start', '--no-block', UNIT)
  if (isDry) {
    say(inWords({ en: 'Nothing was changed.', vi: 'Chưa thay đổi gì.' }))
    return 0
  }
  say(
    code === 0
      ? inWords({ en: '✓ The box is installed.', vi: '✓ Đã cài xong đầu phát.' })
      : inWords({
          en: '✗ The box is installed, and not well yet: see what the doctor says above. Afterwards: sudo loabang-player doctor',
          vi: '✗ Đã cài, nhưng đầu phát chưa ổn: xem kết quả kiểm tra ở trên. Sau đó: sudo loabang-player doctor',
        }),
  )
  return code
}

install()
  .then((code) => process.exit(code))
  .catch(explainAndExit)
