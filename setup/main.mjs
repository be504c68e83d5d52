#!/usr/bin/env node
// The one door to every command. It needs nothing but the Node and npm that the machine has (20 or
// newer): it gets the rest, says what it does, and starts the command.

import { spawn } from 'node:child_process'
import module from 'node:module'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { ensureBuilt } from './built.mjs'
import { ensureNode, hasNode } from './node.mjs'
import { ensurePackages, hasPackages } from './packages.mjs'
import { ensurePrograms, isInstalled } from './programs.mjs'
import { explainAndExit, inWords, SetupProblem } from './terminal.mjs'
import { usage, versionOf } from './usage.mjs'

const root = dirname(dirname(fileURLToPath(import.meta.url)))

/**
 * @typedef {{ entry?: string, bare?: boolean, production?: boolean, built?: boolean, needed: string[], wanted?: string[], known?: string[], asked?: Record<string, string[]> }} Command
 * @type {Record<string, Command>}
 */
const COMMANDS = {
  demo: { entry: 'demo/main.ts', built: true, needed: ['ffmpeg', 'chromium'] },
  server: { entry: 'server/main.ts', built: true, needed: ['ffmpeg'], known: ['chromium'] },
  // All that a server needs, got and built by somebody who may write here.
  build: { built: true, needed: ['ffmpeg'], known: ['chromium'] },
  player: { entry: 'player/main.ts', production: true, needed: ['ffmpeg'], known: ['chromium'] },
  test: {
    entry: 'test/main.ts',
    built: true,
    needed: ['ffmpeg', 'chromium'],
    wanted: [
      ...['aplay', 'pulseaudio', 'faketime', 'xvfb', 'poppler', 'openssl', 'perl', 'systemd'],
    ],
  },
  bench: {
    entry: 'test/bench/main.ts',
    built: true,
    needed: ['ffmpeg', 'chromium'],
    wanted: ['pulseaudio'],
  },
  'install-box': {
    entry: 'setup/box/install.mjs',
    production: true,
    needed: ['ffmpeg'],
    wanted: ['aplay'],
    known: ['chromium'],
    asked: { '--screen': ['chromium'] },
  },
  backup: { entry: 'server/backup/backup-command.ts', production: true, needed: [] },
  restore: { entry: 'server/backup/restore-command.ts', production: true, needed: [] },
  'reset-password': {
    entry: 'server/access/reset-password-command.ts',
    production: true,
    needed: [],
  },
  chromium: { production: true, needed: ['chromium'] },
  // Checks evidence: it needs nothing but Node, and must not ask the network for anything.
  verify: { entry: 'evidence/verify.mjs', bare: true, needed: [] },
}

/**
 * Under a Node that is new enough the command runs in this very process; under an older one it runs
 * in a child that gets our signals, and we end as it ends.
 * @param {string} node
 * @param {string} entry
 * @param {string[]} args
 * @param {Record<string, string>} found
 */
const start = async (node, entry, args, found) => {
  const path = join(root, entry)
  // Programs that are started again and again, and their threads, are read and compiled once.
  const compiled = process.env.NODE_COMPILE_CACHE ?? join(root, '.tools', 'compiled')
  found = { NODE_COMPILE_CACHE: compiled, ...found }
  if (node === process.execPath) {
    Object.assign(process.env, found)
    module.enableCompileCache?.(compiled)
    process.argv.splice(1, process.argv.length - 1, path, ...args)
    await import(pathToFileURL(path).href)
    return
  }
  const env = { ...process.env, ...found, PATH: dirname(node) + delimiter + process.env.PATH }
  const child = spawn(node, [path, ...args], { stdio: 'inherit', env })
  /** @type {NodeJS.Signals[]} */
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP']
  for (const signal of signals) process.on(signal, () => child.kill(signal))
  child.on('close', (code, signal) => process.exit(signal ? 1 : (code ?? 1)))
}

const NOTHING_CHANGED = {
  en: 'Nothing was changed. What else would be done can be said when these are there.',
  vi: 'Chưa thay đổi gì. Khi đã có những thứ trên thì mới nói được các bước còn lại.',
}

/**
 * What a command would get before it can do anything.
 * @param {string} root
 * @param {Command} command
 * @param {string[]} args
 */
const whatLacks = (root, command, args) => {
  const programs = [...command.needed, ...(command.wanted ?? [])]
  for (const arg of args) programs.push(...(command.asked?.[arg] ?? []))
  return [
    ...(hasNode(root) ? [] : ['Node 24']),
    ...(hasPackages(root, { production: command.production ?? false }) ? [] : ['npm ci']),
    ...programs.filter((program) => !isInstalled(root, program)),
  ]
}

/** @param {string} text */
const print = (text) => void process.stdout.write(text)

const main = async () => {
  const [name = '', ...args] = process.argv.slice(2)
  if (name === '--version') return print(`loabang ${versionOf(root)}\n`)
  if (name === '--help' || name === 'help') return print(usage(undefined, inWords))
  const command = COMMANDS[name]
  // Nothing is fetched for somebody who only asks.
  if (command && args.includes('--help')) return print(usage(name, inWords))
  if (command && args.includes('--version')) return print(`loabang ${versionOf(root)}\n`)
  if (!command) {
    const known = Object.keys(COMMANDS).join(', ')
    throw new SetupProblem({
      en: `Unknown command "${name}"; there are: ${known}`,
      vi: `Không có lệnh "${name}"; các lệnh: ${known}`,
    })
  }
  if (command.bare && command.entry) return start(process.execPath, command.entry, args, {})
  if (name === 'install-box' && args.includes('--dry-run')) {
    const lacking = whatLacks(root, command, args)
    if (lacking.length > 0) {
      print(`${lacking.map((one) => `+ ${one}`).join('\n')}\n${inWords(NOTHING_CHANGED)}\n`)
      return
    }
  }
  const node = await ensureNode(root)
  await ensurePackages(root, node, { production: command.production ?? false })
  // Some options ask for programs that the command can otherwise do without.
  const asked = args.flatMap((arg) => command.asked?.[arg] ?? [])
  const needed = [...command.needed, ...asked]
  const found = await ensurePrograms(root, node, { ...command, needed })
  if (command.built) await ensureBuilt(root, node)
  if (command.entry) await start(node, command.entry, args, found)
}

main().catch(explainAndExit)
