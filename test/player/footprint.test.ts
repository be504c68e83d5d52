import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, test } from 'vitest'

const PLAYER = pathToFileURL(join(import.meta.dirname, '../../player/player.ts')).href

test('the whole player is loaded without the driver of the browser: only a board that opens asks for it', () => {
  const script = `
    import { registerHooks } from 'node:module'
    const seen = []
    registerHooks({ resolve: (name, context, next) => {
      const found = next(name, context)
      seen.push(found.url)
      return found
    } })
    await import(${JSON.stringify(PLAYER)})
    process.stdout.write(JSON.stringify(seen))
  `
  const args = ['--input-type=module', '--eval', script]
  const { stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' })
  if (stdout === '') throw new Error(stderr)
  const seen = JSON.parse(stdout) as string[]
  expect(seen.some((url) => url.endsWith('/screen/browser.ts'))).toBe(true)
  expect(seen.filter((url) => /puppeteer|chromium-bidi/.test(url))).toEqual([])
})
