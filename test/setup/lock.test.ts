import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const lock = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../package-lock.json'), 'utf8'),
) as {
  packages: Record<
    string,
    { optionalDependencies?: Record<string, string>; resolved?: string; dev?: boolean }
  >
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
  const builds = join(import.meta.dirname, '../../node_modules/better-sqlite3/prebuilds')
  for (const processor of ['x64', 'arm64'])
    expect(existsSync(join(builds, `linux-${processor}.node`))).toBe(true)
})
