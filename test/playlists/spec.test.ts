import { globSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

const idsIn = (text: string, pattern: RegExp) =>
  new Set([...text.matchAll(pattern)].map(([, id]) => id))

test('every rule of playlists/SPEC.md has a test, and every tested rule exists', () => {
  const ruled = idsIn(readFileSync('playlists/SPEC.md', 'utf8'), /^- \*\*([A-Z]{2}\d+)\*\*/gm)
  // What is refused when it is saved, and who is reached, is the server's.
  const tests = globSync([
    'test/playlists/**/*.test.ts',
    'test/server/{dayparts,foresight,recurrence,two-people,impact}.test.ts',
  ])
    .map((path) => readFileSync(path, 'utf8'))
    .join('\n')
  const titles = [...tests.matchAll(/'(\[[^']+)'/g)].map(([, title]) => title).join('\n')
  const tested = idsIn(titles, /\b([A-Z]{2}\d+)\b/g)
  expect([...tested].sort()).toEqual([...ruled].sort())
})
