import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import BetterSqlite3 from 'better-sqlite3'
import { onTestFinished } from 'vitest'
import type { JournalEvent, JournalRecord } from '#protocol'

const MAIN = join(import.meta.dirname, '../../player/main.ts')

/** The real player, in a process of its own. */
export const startPlayerProcess = (folder: string, environment: Record<string, string> = {}) => {
  const child = spawn(process.execPath, [MAIN, '--data', folder, '--output', 'null'], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, LOG_LEVEL: 'info', ...environment },
  })
  let log = ''
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => {
      log += chunk.toString()
    })
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()))
  const stop = async (signal: NodeJS.Signals = 'SIGTERM') => {
    child.kill(signal)
    await ended
  }
  onTestFinished(() => stop('SIGKILL'))
  return { pid: child.pid as number, log: () => log, stop, ended }
}

/** What a journal holds, also while the player writes into it; nothing while there is none yet. */
export const journalOf = (folder: string): JournalRecord[] => {
  const path = join(folder, 'journal.db')
  if (!existsSync(path)) return []
  const db = new BetterSqlite3(path, { readonly: true })
  try {
    const isMade = db.prepare("SELECT 1 FROM sqlite_master WHERE name = 'record'").get()
    if (!isMade) return []
    const rows = db.prepare<[], string>('SELECT bytes FROM record ORDER BY seq').pluck().all()
    return rows.map((bytes) => JSON.parse(bytes) as JournalRecord)
  } finally {
    db.close()
  }
}

export const eventsOf = <Kind extends JournalEvent['kind']>(folder: string, kind: Kind) =>
  journalOf(folder)
    .map(({ event }) => event)
    .filter((event): event is Extract<JournalEvent, { kind: Kind }> => event.kind === kind)
