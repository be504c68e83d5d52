import { spawn } from 'node:child_process'
import { AppError } from '#protocol'
import { syncPath } from './contents.ts'

/** Runs a program of PostgreSQL. What it complains of is told without the address, which holds a password. */
const run = (program: string, args: readonly string[], url?: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] })
    let output = ''
    let complaint = ''
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString()
    })
    child.stderr.on('data', (chunk: Buffer) => {
      complaint += chunk.toString()
    })
    child.once('error', (cause) => {
      const remedy = 'sudo apt-get install postgresql-client'
      reject(new AppError('program-missing', { program, detail: cause.message, remedy }, { cause }))
    })
    child.once('close', (code) => {
      if (code === 0) return resolve(output)
      const detail = complaint.trim().replaceAll(url ?? '\0', 'DATABASE_URL')
      return reject(new AppError('program-failed', { program, detail }))
    })
  })

/** Writes the database as it stands at one instant, while servers go on writing. */
export const dumpPostgres = async (url: string, target: string): Promise<void> => {
  await run('pg_dump', ['--format=custom', '--no-owner', `--file=${target}`, url], url)
  // What cannot be read is no backup.
  await run('pg_restore', ['--list', target])
  await syncPath(target)
}

/** Fills an empty database in one transaction: all of it, or nothing. @throws AppError program-failed */
export const restorePostgres = async (url: string, dump: string): Promise<void> => {
  const args = ['--single-transaction', '--exit-on-error', '--no-owner', `--dbname=${url}`, dump]
  await run('pg_restore', args, url)
}
