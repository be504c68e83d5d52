import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { place as enPlace } from '../../panel/i18n/en/frame.ts'
import { place as viPlace } from '../../panel/i18n/vi/frame.ts'
import { startServer } from '../support/server.ts'

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

/** Words in front of the name of a place of the panel. */
const PLACED = /(?:\b(?:the )?pages?|\btrang) (?:“)?(\p{Lu}[\p{L} ]*)/gu

test('every page that a message or a document names is a place of the panel', async () => {
  const places = (['vi', 'en'] as const).flatMap((lang) =>
    Object.values(lang === 'vi' ? viPlace : enPlace),
  )
  const texts = [
    ...globSync('protocol/*errors.ts', { cwd: ROOT }),
    ...globSync('{docs/*.md,README.md,panel/i18n/{vi,en}/*.ts,player/doctor/words.ts}', {
      cwd: ROOT,
    }),
    ...globSync('setup/**/*.mjs', { cwd: ROOT }),
  ]
  expect(texts.length).toBeGreaterThan(30)
  const named = texts.flatMap((path) =>
    [...read(path).matchAll(PLACED)].map(([, name = '']) => ({ path, name })),
  )
  expect(named.length).toBeGreaterThan(2)
  for (const { path, name } of named)
    expect(
      places.some((place) => name.startsWith(place)),
      `${path}: ${name}`,
    ).toBe(true)
})

test('every address that a document asks for is one of the API, by that method', async () => {
  const { url } = await startServer()
  const { paths } = (await (await fetch(`${url}/api/openapi.json`)).json()) as {
    paths: Record<string, Record<string, unknown>>
  }
  const asked = [
    ...read('docs/without-a-page.md')
      .replaceAll(/\n {6}/g, ' ')
      .matchAll(/^ {4}curl (.+?)\$SERVER(\S+)/gm),
  ].map(([, options = '', path = '']) => {
    const method = /-X (\w+)/.exec(options)?.[1] ?? (options.includes(' -d ') ? 'POST' : 'GET')
    return { method: method.toLowerCase(), path: path.replace(/\/(DEVICE|AREA)\b/g, '/{id}') }
  })
  expect(asked.length).toBeGreaterThan(8)
  for (const { method, path } of asked)
    expect(Object.keys(paths[path] ?? {}), path).toContain(method)
})

test('the README is one screen', () => {
  expect(read('README.md').split('\n').length).toBeLessThan(50)
})
