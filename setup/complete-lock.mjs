#!/usr/bin/env node
// Where a registry mirrors packages for some platforms only, npm forgets the others when it writes
// the lock file, and then `npm ci` refuses it everywhere. This writes them back: version from the
// package that wants them, platform from their names. Run it after adding or removing a package.

import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const PATH = join(import.meta.dirname, '../package-lock.json')

/**
 * @typedef {object} Locked
 * @property {string} [version]
 * @property {boolean} [optional]
 * @property {boolean} [dev]
 * @property {string[]} [os]
 * @property {string[]} [cpu]
 * @property {string[]} [libc]
 * @property {Record<string, string>} [optionalDependencies]
 */

const SYSTEMS = ['android', 'darwin', 'win32', 'freebsd', 'openharmony', 'linux']
const PROCESSORS = ['arm64', 'x64', 'ia32', 'ppc64', 'riscv64', 's390x', 'loong64', 'wasm32', 'arm']

/**
 * What the name of a package says about where it runs.
 * @param {string} name
 */
const platformOf = (name) => {
  const suffix = name.slice(name.lastIndexOf('/') + 1)
  const os = SYSTEMS.find((system) => suffix.includes(system)) ?? 'linux'
  const cpu = PROCESSORS.find((processor) => suffix.includes(processor))
  const libc = suffix.includes('musl') ? 'musl' : 'glibc'
  return { os: [os], ...(cpu && { cpu: [cpu] }), ...(os === 'linux' && { libc: [libc] }) }
}

const lock = JSON.parse(readFileSync(PATH, 'utf8'))
/** @type {Record<string, Locked>} */
const packages = lock.packages
let added = 0
for (const [path, { optionalDependencies = {}, dev }] of Object.entries(packages)) {
  for (const [name, version] of Object.entries(path === '' ? {} : optionalDependencies)) {
    const isLocked =
      `node_modules/${name}` in packages || `${path}/node_modules/${name}` in packages
    // A range says nothing about the version that would be taken.
    if (isLocked || !/^\d/.test(version)) continue
    packages[`node_modules/${name}`] = {
      version,
      optional: true,
      ...(dev && { dev }),
      ...platformOf(name),
    }
    added += 1
  }
}
const sorted = Object.entries(packages).sort(([a], [b]) => (a < b ? -1 : 1))
writeFileSync(
  PATH,
  `${JSON.stringify({ ...lock, packages: Object.fromEntries(sorted) }, null, 2)}\n`,
)
process.stdout.write(`${added} packages of other platforms written back\n`)
