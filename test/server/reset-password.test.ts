import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { newPostgresUrl } from '../support/engines.ts'
import type { EngineName } from '../support/office.ts'
import { person, startServer } from '../support/server.ts'

const COMMAND = join(import.meta.dirname, '../../server/access/reset-password-command.ts')

const reset = (folder: string, environment: Record<string, string>, ...more: string[]) =>
  new Promise<string>((resolve) => {
    const child = spawn(process.execPath, [COMMAND, '--data', folder, ...more], {
      env: { ...process.env, DATABASE_URL: '', LC_ALL: 'C', ...environment },
    })
    let said = ''
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => {
        said += chunk.toString()
      })
    child.once('close', () => resolve(said))
  })

test.each<EngineName>(['sqlite', 'postgres'])(
  'a lost password is replaced beside a running server on %s, and sessions end',
  async (engine) => {
    const settings: Record<string, string> =
      engine === 'postgres' ? { DATABASE_URL: await newPostgresUrl() } : {}
    const { url, folder } = await startServer(settings)
    const before = person(url)
    await before.signIn()
    const data = join(folder, 'data')
    const said = await reset(data, settings)
    const password = /^admin \/ (\S+)$/m.exec(said)?.[1]
    expect(password, said).toMatch(/^(\w{5}-){3}\w{5}$/)
    expect((await before.get('/api/session')).status).toBe(401)
    expect((await person(url).signIn()).status).toBe(401)
    expect((await person(url).signIn('admin', password)).status).toBe(200)
    expect(await reset(data, settings, '--user', 'nobody')).toContain('There is no user nobody')
  },
  120_000,
)
