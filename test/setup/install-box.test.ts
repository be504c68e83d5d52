import { spawn, spawnSync } from 'node:child_process'
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { settingsIn, withSettings } from '../../setup/box/settings.mjs'
import { needs } from '../support/needs.ts'
import { eventsOf } from '../support/player-process.ts'
import { startServer, withAreas } from '../support/server.ts'
import { tempFolder } from '../support/temp-folder.ts'

const ROOT = join(import.meta.dirname, '../..')
const UNIT = 'etc/systemd/system/loabang-player.service'

/** Where the project lies in a system that is installed into, and the Node that it brings. */
const PROJECT = 'opt/loabang'
const NODE = 'opt/loabang/.tools/node'

/** Runs the installation into a folder, beside a server that this very process is. */
const install = (root: string, ...args: string[]) => installFrom(PROJECT, root, ...args)

const installFrom = (project: string, root: string, ...args: string[]) =>
  new Promise<{ code: number | null; said: string }>((resolve) => {
    const main = join(root, project, 'setup/main.mjs')
    const env = { ...process.env, LANG: 'en_US.UTF-8', TRUST_SYSTEM_CLOCK: 'yes' }
    const node = join(root, NODE)
    const child = spawn(node, [main, 'install-box', '--root', root, ...args], { env })
    let said = ''
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => {
        said += chunk.toString()
      })
    child.on('close', (code) => resolve({ code, said }))
    onTestFinished(() => void child.kill('SIGKILL'))
  })

/** This project in another folder. */
const putProject = (folder: string): string => {
  cpSync(join(ROOT, 'setup'), join(folder, 'setup'), { recursive: true })
  for (const one of readdirSync(ROOT))
    if (!['setup', '.git', '.tools'].includes(one)) symlinkSync(join(ROOT, one), join(folder, one))
  return folder
}

/** A system to install into: its accounts, the project and a Node. */
const emptySystem = (project = PROJECT) => {
  const root = tempFolder()
  mkdirSync(join(root, 'etc'))
  writeFileSync(join(root, 'etc/passwd'), 'root:x:0:0:root:/root:/bin/sh\n')
  writeFileSync(join(root, 'etc/group'), 'root:x:0:\n')
  putProject(join(root, project))
  mkdirSync(dirname(join(root, NODE)), { recursive: true })
  cpSync(process.execPath, join(root, NODE))
  return root
}

describe('settings of a box', () => {
  test('are put in without disturbing what else stands there', () => {
    const before =
      '# Ours\nAUDIO_DELAY_MS=12\nSERVER_URL=http://old\nDISPLAY_ON_COMMAND=xset dpms force on\n'
    const after = withSettings(before, { SERVER_URL: 'http://new', ENROLMENT_CODE: 'A-B' })
    expect(after).toBe(
      '# Ours\nAUDIO_DELAY_MS=12\nSERVER_URL=http://new\nDISPLAY_ON_COMMAND=xset dpms force on\nENROLMENT_CODE=A-B\n',
    )
    expect(withSettings(after, { SERVER_URL: 'http://new' })).toBe(after)
    expect(settingsIn(after)).toMatchObject({ DISPLAY_ON_COMMAND: 'xset dpms force on' })
    expect(withSettings('', { A: '1' })).toBe('A=1\n')
  })
})

test('an option that there is not is answered with those that there are', () => {
  const program = join(ROOT, 'setup/box/install.mjs')
  const { status, stderr } = spawnSync(process.execPath, [program, '--nonsense'], {
    encoding: 'utf8',
  })
  expect(stderr).toMatch(/'--nonsense'[\s\S]*--server URL --code CODE/)
  expect(stderr).not.toMatch(/^\s+at /m)
  expect(status).toBe(1)
})

describe('installing a box', needs('act as root', 'systemd'), () => {
  test('into an image it makes account, folders, settings and units, and spends no code; the image enrols', async () => {
    const { url } = await startServer()
    const { admin, areas } = await withAreas(url)
    const device = { name: 'Loa', areaId: areas['30964'], channels: ['audio'], canvas: null }
    const { id } = (await admin.post('/api/devices', device)).json
    const { code } = (await admin.post(`/api/devices/${id}/enrolment-codes`)).json
    const root = emptySystem()
    const given = ['--server', url, '--code', String(code), '--output', 'null']
    const first = await install(root, ...given)
    expect(first.said).toMatch(/✓ The image is ready\. It enrols at its first start/)
    expect(first.code).toBe(0)

    const read = (path: string) => readFileSync(join(root, path), 'utf8')
    expect(read('etc/passwd')).toMatch(/^loabang:.*:\/usr\/sbin\/nologin$/m)
    expect(read('etc/group')).toMatch(/^audio:.*\bloabang\b/m)
    const [, uid] = /^loabang:[^:]*:(\d+)/m.exec(read('etc/passwd')) ?? []
    const data = join(root, 'var/lib/loabang-player')
    const owned = statSync(data)
    expect([owned.uid, owned.mode & 0o777]).toEqual([Number(uid), 0o700])
    // Nothing of the machine that it was made on: no keys, no journal, no path.
    expect(readdirSync(data)).toEqual([])
    for (const path of [UNIT, 'usr/local/bin/loabang-player', 'etc/loabang/player.env'])
      expect(read(path)).not.toContain(root)
    expect(statSync(join(root, 'etc/loabang/player.env')).mode & 0o777).toBe(0o640)
    expect(settingsIn(read('etc/loabang/player.env'))).toMatchObject({ SERVER_URL: url })
    const wanted = join(root, 'etc/systemd/system/multi-user.target.wants/loabang-player.service')
    expect(readlinkSync(wanted)).toBe(`/${UNIT}`)

    // What the unit starts: files of its own, and no source.
    const [, node, main] = /^ExecStart="([^"]+)" .* "([^"]+)"$/m.exec(read(UNIT)) ?? []
    expect(node).toBe(`/${NODE}`)
    expect(main).toMatch(/^\/opt\/loabang\/player\/dist\/[0-9a-f]{16}\/main\.mjs$/)
    expect(read('usr/local/bin/loabang-player')).toContain(`"${main}" "$@"`)
    expect(read(String(main))).not.toMatch(/from ["'][./][^"']*\.ts["']/)
    const settings = settingsIn(read('etc/loabang/player.env'))
    const proved = spawn(
      join(root, String(node)),
      [join(root, String(main)), 'doctor', '--quiet'],
      {
        env: {
          ...{ ...process.env, ...settings, LANG: 'en_US.UTF-8', TRUST_SYSTEM_CLOCK: 'yes' },
          DATA_DIR: data,
        },
        stdio: 'ignore',
      },
    )
    await new Promise((resolve) => proved.once('close', resolve))
    expect(eventsOf(data, 'test')).toHaveLength(1)

    writeFileSync(
      join(root, 'etc/loabang/player.env'),
      `${read('etc/loabang/player.env')}AUDIO_DELAY_MS=12\n`,
    )
    const again = await install(root, '--quiet')
    expect(again.code).toBe(0)
    expect(again.said).not.toMatch(/^\+ \/etc/m)
    expect(again.said).toMatch(/^= \/etc\/systemd\/system\/loabang-player\.service$/m)
    expect(read('etc/loabang/player.env')).toMatch(/AUDIO_DELAY_MS=12/)
  })

  test('a dry run says everything and changes nothing', async () => {
    const root = emptySystem()
    const { code, said } = await install(root, '--dry-run', '--server', 'http://127.0.0.1:1')
    expect(code).toBe(0)
    expect(said).toMatch(/^\+ \/etc\/systemd\/system\/loabang-player\.service$/m)
    expect(said).toMatch(/^\$ systemd-sysusers /m)
    expect(said).toMatch(/^Nothing was changed\.$/m)
    expect(existsSync(join(root, 'etc/systemd'))).toBe(false)
    expect(readFileSync(join(root, 'etc/passwd'), 'utf8')).not.toMatch(/loabang/)
  })

  test('the project must lie in the image', async () => {
    const root = emptySystem()
    const other = emptySystem()
    const { code, said } = await installFrom(PROJECT, root, '--root', other, '--quiet')
    expect(said).toContain(`The project must lie inside ${other}`)
    expect(code).toBe(1)
    expect(existsSync(join(other, UNIT))).toBe(false)
  })

  test('its unit is one that systemd takes wherever the project lies, and well hardened', async () => {
    const project = "opt/Ủy ban xã 'Định An'; 100/loabang"
    const root = emptySystem(project)
    const { said } = await installFrom(project, root, '--quiet')
    const unit = join(root, UNIT)
    expect(existsSync(unit), said).toBe(true)
    const parsed = spawnSync('sh', ['-n', join(root, 'usr/local/bin/loabang-player')])
    expect(parsed.status).toBe(0)
    // The programs are in the image, which this system does not look into: that they are not here is all
    // that may be found.
    const verified = spawnSync('systemd-analyze', ['verify', '--man=no', unit], {
      encoding: 'utf8',
    })
    const found = verified.stderr.split('\n').filter((line) => line.includes('loabang'))
    expect(found).toEqual([
      `loabang-player.service: Command /${NODE} is not executable: No such file or directory`,
    ])
    const safe = ['security', '--offline=yes', '--threshold=50', unit]
    const judged = spawnSync('systemd-analyze', safe, { encoding: 'utf8' })
    expect(judged.stdout + judged.stderr).toMatch(/Overall exposure level/)
    expect(judged.status, judged.stdout).toBe(0)
  })
})

test('a project where the system would misread its path is not installed', needs('systemd'), () => {
  const root = emptySystem('opt/50%')
  const program = join(root, 'opt/50%/setup/box/install.mjs')
  const { status, stderr } = spawnSync(join(root, NODE), [program, '--root', root], {
    encoding: 'utf8',
    env: { ...process.env, LANG: 'en_US.UTF-8' },
  })
  expect(stderr).toMatch(/has a character that the system would misread/)
  expect(status).toBe(1)
})
