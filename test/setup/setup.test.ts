import { spawnSync } from 'node:child_process'
import { cpSync, readFileSync, truncateSync, writeFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { claimFolder } from '../../server/store/claim-folder.ts'
import { ensureNode } from '../../setup/node.mjs'
import { npm } from '../../setup/packages.mjs'
import { ensurePrograms, isInstalled } from '../../setup/programs.mjs'
import { needs } from '../support/needs.ts'
import { tempFolder } from '../support/temp-folder.ts'

const ROOT = join(import.meta.dirname, '../..')

/** Runs a command the way that `npm run` does. */
const setup = (args: string[], env: Record<string, string | undefined> = {}) => {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(ROOT, 'setup/main.mjs'), ...args],
    {
      env: { ...process.env, LANG: 'en_US.UTF-8', ...env },
      encoding: 'utf8',
      timeout: 240_000,
    },
  )
  return { status, said: stdout + stderr }
}

const expectClear = ({ status, said }: ReturnType<typeof setup>, message: RegExp) => {
  expect(said).toMatch(message)
  expect(said).not.toMatch(/^\s+at .*\(|node:internal|Error:/m)
  expect(status).toBe(1)
}

describe('the door to every command', () => {
  test('names the commands where it is asked for one that is not there, in the language of the terminal', () => {
    expectClear(
      setup(['nonsense']),
      /Unknown command "nonsense"; there are: demo, server, build, player/,
    )
    expectClear(setup(['nonsense'], { LC_ALL: 'vi_VN.UTF-8' }), /Không có lệnh "nonsense"/)
  })

  test('uses the Node at hand where it is new enough', async () => {
    expect(await ensureNode(tempFolder())).toBe(process.execPath)
  })
})

describe('npm, by which the set-up gets packages', () => {
  const { npm_execpath } = process.env
  afterEach(() => void Object.assign(process.env, { npm_execpath }))

  test.each(['npm-cli.js', 'npx-cli.js'])(
    'is found where we were started by %s',
    async (script) => {
      const folder = tempFolder()
      for (const name of ['npm', 'npx'])
        writeFileSync(join(folder, `${name}-cli.js`), `console.log('${name}', process.argv[2])`)
      process.env.npm_execpath = join(folder, script)
      expect(await npm(process.execPath, ['ci'])).toEqual({ ok: true, output: 'npm ci' })
    },
  )
})

describe('a machine without programs that are wanted', () => {
  const before = { ...process.env }
  beforeEach(() => {
    // What the set-up found on the real machine.
    for (const name of Object.keys(process.env))
      if (/_(PATH|PROGRAM)$/.test(name)) delete process.env[name]
  })
  afterEach(() => Object.assign(process.env, before))

  /** An apt-get that notes what it is asked for; it has all packages but one. */
  const machineWithApt = (without: string) => {
    const folder = tempFolder()
    const program = `#!/bin/sh
echo "$@" >> '${folder}/asked'
for word; do
  [ "$word" = '${without}' ] && exit 100
done
for word; do
  case "$word" in alsa-utils) name=aplay ;; xvfb) name=Xvfb ;; *) continue ;; esac
  printf '#!/bin/sh\\n' > '${folder}/'$name && /bin/chmod +x '${folder}/'$name
done
`
    writeFileSync(join(folder, 'apt-get'), program, { mode: 0o755 })
    process.env.PATH = folder
    const asked = () =>
      readFileSync(join(folder, 'asked'), 'utf8')
        .split('\n')
        .filter((line) => line.startsWith('install'))
    return { folder, asked }
  }
  const get = (...wanted: string[]) =>
    ensurePrograms(tempFolder(), process.execPath, { needed: [], wanted })

  test('gets all of them in one call', needs('act as root'), async () => {
    const { folder, asked } = machineWithApt('none')
    const found = await get('aplay', 'xvfb')
    expect(found).toEqual({
      APLAY_PATH: join(folder, 'aplay'),
      XVFB_PATH: join(folder, 'Xvfb'),
    })
    expect(asked()).toEqual([expect.stringMatching(/ alsa-utils xvfb$/)])
  })

  test('gets the others where one is not to be had', needs('act as root'), async () => {
    machineWithApt('faketime')
    expect(Object.keys(await get('aplay', 'faketime', 'xvfb'))).toEqual(['APLAY_PATH', 'XVFB_PATH'])
  })

  test('is not said to have what lacks a program of the same package', () => {
    const folder = tempFolder()
    writeFileSync(join(folder, 'pdftotext'), '#!/bin/sh\n', { mode: 0o755 })
    process.env.PATH = folder
    expect(isInstalled(ROOT, 'poppler')).toBe(false)
    writeFileSync(join(folder, 'pdffonts'), '#!/bin/sh\n', { mode: 0o755 })
    expect(isInstalled(ROOT, 'poppler')).toBe(true)
  })
})

describe('a machine without ffmpeg', () => {
  const { PATH, FFMPEG_PATH } = process.env
  afterEach(() => Object.assign(process.env, { PATH, FFMPEG_PATH }))

  test('where nothing can be fetched or installed, is told the one command that helps', async () => {
    process.env.PATH = '/nonexistent'
    delete process.env.FFMPEG_PATH
    const asked = ensurePrograms(tempFolder(), process.execPath, { needed: ['ffmpeg'] })
    await expect(asked).rejects.toMatchObject({
      name: 'SetupProblem',
      message: expect.stringMatching(/ffmpeg/),
      remedy: expect.stringMatching(/apt-get install -y ffmpeg$/),
    })
  })

  test('can point at one of its own', async () => {
    const own = join(tempFolder(), 'my-ffmpeg')
    writeFileSync(own, '#!/bin/sh\nexit 0\n', { mode: 0o755 })
    process.env.FFMPEG_PATH = own
    const found = await ensurePrograms(tempFolder(), process.execPath, { needed: ['ffmpeg'] })
    expect(found).toEqual({ FFMPEG_PATH: own })
  })

  test('that is only wanted is no reason to stop', async () => {
    process.env.PATH = '/nonexistent'
    delete process.env.FFMPEG_PATH
    const found = await ensurePrograms(tempFolder(), process.execPath, {
      needed: [],
      wanted: ['ffmpeg'],
    })
    expect(found).toEqual({})
  })
})

describe('a start that cannot succeed ends in words', () => {
  test('a port that is taken', async () => {
    const taken = createServer()
    await new Promise<void>((resolve) => taken.listen(0, '0.0.0.0', resolve))
    onTestFinished(() => void taken.close())
    const port = String((taken.address() as AddressInfo).port)
    const data = join(tempFolder(), 'data')
    const message = new RegExp(`Port ${port} is used by another program.*--port`)
    expectClear(setup(['server', '--port', port, '--data', data]), message)
    expectClear(setup(['demo', '--port', port, '--data', join(tempFolder(), 'demo')]), message)
  })

  test('a folder that cannot be written', () => {
    const message = /Cannot write in the folder .*--data/
    expectClear(setup(['server', '--port', '0', '--data', '/proc/no/data']), message)
    expectClear(setup(['player', '--data', '/proc/no/data']), message)
    expectClear(setup(['demo', '--data', '/proc/no/data']), message)
  })

  test('a data folder that another server uses', () => {
    const data = join(tempFolder(), 'data')
    onTestFinished(claimFolder(data))
    expectClear(setup(['server', '--port', '0', '--data', data]), /in use by another Loabang/)
  })

  test('settings that make no sense, all of them at once', () => {
    const { said, status } = setup(['server', '--port', 'http'], {
      DATABASE_URL: 'mysql://x',
      TIME_ZONE: 'Mars/Base',
    })
    expect(said).toMatch(/PORT/)
    expect(said).toMatch(/DATABASE_URL/)
    expect(said).toMatch(/TIME_ZONE/)
    expect(status).toBe(1)
  })

  test('a database that is not there', () => {
    const url = 'postgres://nobody@127.0.0.1:1/none'
    const data = join(tempFolder(), 'data')
    expectClear(
      setup(['server', '--port', '0', '--data', data], { DATABASE_URL: url }),
      /database cannot be opened.*DATABASE_URL/,
    )
  })

  test('a player without a code, or whose server is not there', () => {
    const data = () => join(tempFolder(), 'player')
    expectClear(setup(['player', '--data', data()]), /not enrolled yet.*--server and --code/)
    const nowhere = ['--server', 'http://127.0.0.1:1', '--code', 'ABCDE-FGHJK']
    expectClear(
      setup(['player', '--data', data(), ...nowhere]),
      /server http:\/\/127.0.0.1:1 cannot be reached/,
    )
  })

  test('a damaged file among the demo’s media', () => {
    const seed = join(tempFolder(), 'seed')
    cpSync(join(ROOT, 'demo/seed'), seed, { recursive: true })
    truncateSync(join(seed, 'media/chu-de-1-1.png'), 500)
    const demo = ['demo', '--port', '0', '--data', join(tempFolder(), 'demo'), '--seed', seed]
    expectClear(
      setup(demo),
      /The file chu-de-1-1\.png of the seed cannot be used: The file is damaged/,
    )
    writeFileSync(join(seed, 'campaign.json'), '{"phases": 1}')
    expectClear(
      setup([...demo.slice(0, 4), join(tempFolder(), 'demo'), '--seed', seed]),
      /The file campaign\.json of the seed cannot be used: directive/,
    )
  })
})
