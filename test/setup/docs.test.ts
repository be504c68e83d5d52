import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'

const ROOT = join(import.meta.dirname, '../..')
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8')

const isThere = (path: string) => existsSync(join(ROOT, path))
/** What the set-up builds is there only after its command; its scripts name the folder. */
const isMade = (path: string) =>
  /\/dist\/?$/.test(path) &&
  globSync('setup/**/*.mjs', { cwd: ROOT }).some((script) =>
    read(script).includes(`'${path.replace(/\/$/, '')}'`),
  )

test('every setting of the programs is described', () => {
  const page = read('docs/operations.md')
  for (const program of ['server', 'player']) {
    const schema = read(`${program}/config.ts`)
    const settings = [...schema.matchAll(/^ {2,4}([A-Z_]+):/gm)].map(([, name]) => name)
    expect(settings.length).toBeGreaterThan(5)
    for (const name of settings) expect(page, `${program}: ${name}`).toContain(`\`${name}\``)
  }
})

test('every file and folder that the pages point at is there', () => {
  for (const page of ['README.md', 'playlists/SPEC.md', ...globSync('docs/*.md', { cwd: ROOT })]) {
    const text = read(page)
    const links = [...text.matchAll(/\]\(([^)#]+)\)/g)].map(([, path]) =>
      join(dirname(page), path ?? ''),
    )
    const named = [
      ...text.matchAll(
        /`((?:protocol|playlists|media|evidence|server|player|panel|demo|setup|test)\/[\w./-]*)`/g,
      ),
    ].map(([, path]) => path ?? '')
    for (const path of [...links, ...named])
      expect(isThere(path) || isMade(path), `${page}: ${path}`).toBe(true)
  }
})

test('the README is one screen', () => {
  expect(read('README.md').split('\n').length).toBeLessThan(50)
})
