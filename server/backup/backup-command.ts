import { readKeepingConfig } from '../config.ts'
import { type BackupStep, backUp } from './back-up.ts'
import { announce, createProgress, runCommand, warn } from './terminal.ts'

const STEPS: Record<BackupStep, { vi: string; en: string }> = {
  database: { vi: 'Cơ sở dữ liệu', en: 'Database' },
  files: { vi: 'Tệp', en: 'Files' },
  check: { vi: 'Kiểm tra lại', en: 'Reading it again' },
}

await runCommand(async (writesTo) => {
  const config = readKeepingConfig('to')
  writesTo(config.BACKUP_DIR)
  const isQuiet = config.QUIET
  const tell = isQuiet ? () => {} : createProgress()
  const { contents, fingerprint } = await backUp(config.BACKUP_DIR, {
    dataFolder: config.DATA_DIR,
    databaseUrl: config.DATABASE_URL,
    allowMissing: config.ALLOW_MISSING,
    now: Date.now,
    onProgress: (step, share) => tell(STEPS[step], share),
  })
  const { files, missing = [] } = contents
  const megabytes = Math.ceil(files.reduce((sum, { bytes }) => sum + bytes, 0) / 1e6)
  if (missing.length > 0)
    warn({
      vi: `! ${missing.length} tệp mà cơ sở dữ liệu nhắc tới đã mất và không có trong bản sao lưu; xem "missing" trong backup.json.`,
      en: `! ${missing.length} files that the database names are lost and not in the backup; see "missing" in backup.json.`,
    })
  if (!isQuiet)
    announce({
      vi: `✓ Đã sao lưu ${files.length} tệp, ${megabytes} MB, và kiểm tra lại: ${config.BACKUP_DIR}`,
      en: `✓ Backed up ${files.length} files, ${megabytes} MB, and checked them: ${config.BACKUP_DIR}`,
    })
  // The one line that --quiet leaves: a mail of cron is a good place for it.
  announce({ vi: `Dấu vân tay: ${fingerprint}`, en: `Fingerprint: ${fingerprint}` })
})
