import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { Kysely, PostgresDialect } from 'kysely'
import pg from 'pg'
import { AppError } from '#protocol'
import { announce, runCommand } from '../backup/terminal.ts'
import { readResetConfig } from '../config.ts'
import { loadSessionSecret } from '../publish/signing-key.ts'
import type { Database } from '../store/open-database.ts'
import { sqliteOnThread } from '../store/sqlite-on-thread.ts'
import { createAudit } from '../store/users.ts'
import { createAuth } from './auth.ts'
import { generatePassword } from './first-administrator.ts'

/** The database beside a server that runs or does not: nothing is migrated. @throws AppError backup-nothing */
const open = (folder: string, url: string | undefined): Database => {
  if (url) {
    const pool = new pg.Pool({ connectionString: url, max: 1 })
    return new Kysely({ dialect: new PostgresDialect({ pool }) })
  }
  const path = join(folder, 'loabang.db')
  if (!existsSync(path)) throw new AppError('backup-nothing', { folder: path })
  return sqliteOnThread(path, 'write')
}

await runCommand(async (writesTo) => {
  const { DATA_DIR: folder, DATABASE_URL: url, LOGIN: username } = readResetConfig()
  writesTo(folder)
  const db = open(folder, url)
  try {
    const auth = await createAuth({
      db,
      engine: url ? 'postgres' : 'sqlite',
      secret: loadSessionSecret(join(folder, 'keys')),
      publicUrl: 'http://localhost',
    })
    const password = generatePassword()
    const id = await auth.resetPassword(username, password)
    await createAudit(db).add({
      ...{ at: Date.now(), userId: '', action: 'user.reset-password', subject: id },
      detail: { username },
    })
    announce({
      vi: `${username} / ${password}\nMật khẩu trên chỉ hiện một lần này; mọi phiên cũ đã kết thúc.`,
      en: `${username} / ${password}\nThis password is shown only this once; all earlier sessions have ended.`,
    })
  } finally {
    await db.destroy()
  }
})
