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
import { run } from '../run.mjs'
import { explainAndExit, inWords, SetupProblem } from '../terminal.mjs'
import { bundlePlayer } from './bundle.mjs'
import { insideOf } from './image.mjs'
import { refuseWhatCannotWork } from './refusals.mjs'
import { MALLOC, NODE_FLAGS, SETTINGS, withSettings } from './settings.mjs'

const HERE = dirname(fileURLToPath(import.meta.url))
const PROJECT = dirname(dirname(HERE))
const UNIT = 'loabang-player.service'
const DATA = '/var/lib/loabang-player'
const ENV = '/etc/loabang/player.env'
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
        'allow-http': { type: 'boolean', default: false },
      },
    }).values
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error)
    const known = `--server URL --code CODE [--screen] [--output …] [--monitor …] [--display kiosk] [--quiet] [--allow-http] [--dry-run] [--root DIR]`
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

const inside = insideOf(root)
const project = inside(PROJECT)
const node = inside(process.execPath)

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
    .replaceAll('@ROOT@', project ?? '')
    .replaceAll('@DOCS@', pathToFileURL(join(project ?? '', 'docs')).href.replaceAll('%', '%%'))
    .replaceAll('@PLAYER@', inside(player) ?? '')
    .replaceAll('@NODE@', node ?? '')
    .replaceAll('@FLAGS@', NODE_FLAGS.join(' '))
    .replaceAll(
      '@MALLOC@',
      Object.entries(MALLOC)
        .map((setting) => setting.join('='))
        .join(' '),
    )

/** What the player is to be set to: what was asked for now, and where its programs are. */
const settings = () => {
  const given = Object.entries(SETTINGS).flatMap(([option, name]) => {
    const value = chosen[option]
    return typeof value === 'string' ? [[name, value]] : []
  })
  const found = ['FFMPEG_PATH', 'CHROMIUM_PATH'].flatMap((name) => {
    const path = process.env[name]
    if (!path) return []
    const there = inside(path)
    if (there) return [[name, there]]
    if (name === 'CHROMIUM_PATH' && chosen.screen !== true) return []
    say(
      inWords({
        en: `! The image has no ${path}: install it there.`,
        vi: `! Ảnh đĩa không có ${path}: hãy cài vào đó.`,
      }),
    )
    return []
  })
  const http = chosen['allow-http'] === true ? [['ALLOW_HTTP', 'yes']] : []
  return Object.fromEntries([...given, ...http, ...found])
}

/** Lets the box prove itself, as the account that the player runs as. @returns {number} its exit code */
const doctor = () => {
  const program = '/usr/local/bin/loabang-player'
  const words = ['doctor', ...(chosen.quiet === true ? ['--quiet'] : [])]
  say(`$ ${[program, ...words].join(' ')}`)
  if (isDry) return 0
  return spawnSync(program, words, { stdio: 'inherit' }).status ?? 1
}

const install = async () => {
  refuseWhatCannotWork({ root, project: PROJECT, isDry })
  const inRoot = isHere ? [] : [`--root=${root}`]
  put('/etc/sysusers.d/loabang.conf', template('loabang-sysusers.conf'), 0o644)
  await command('systemd-sysusers', ...inRoot, at('/etc/sysusers.d/loabang.conf'))
  const owner = account()
  say(`${existsSync(at(DATA)) ? '=' : '+'} ${DATA}`)
  if (!isDry) {
    mkdirSync(dirname(at(DATA)), { recursive: true })
    if (!existsSync(at(DATA))) mkdirSync(at(DATA), { mode: 0o700 })
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
  // In an image nothing is started: it would spend the code, and every copy would be the same box.
  const code = isHere ? doctor() : 0
  // A box that is not well yet still tries: what is missing may come.
  await command('systemctl', ...inRoot, 'enable', UNIT)
  if (isHere) await command('systemctl', 'start', '--no-block', UNIT)
  if (isDry) {
    say(inWords({ en: 'Nothing was changed.', vi: 'Chưa thay đổi gì.' }))
    return 0
  }
  if (!isHere) {
    say(
      inWords({
        en: '✓ The image is ready. It enrols at its first start, with the code in /etc/loabang/player.env: a code for each copy.',
        vi: '✓ Ảnh đĩa đã sẵn sàng. Máy sẽ ghi danh khi khởi động lần đầu bằng mã trong /etc/loabang/player.env: mỗi bản sao một mã.',
      }),
    )
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
