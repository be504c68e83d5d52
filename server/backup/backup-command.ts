import { readKeepingConfig } from '../config.ts'
import { type BackupStep, backUp } from './back-up.ts'
import { announce, createProgress, runCommand } from './terminal.ts'

const STEPS: Record<BackupStep, { vi: string; en: string }> = {
  database: { vi: 'Cơ sở dữ liệu', en: 'Database' },
  files: { vi: 'Tệp', en: 'Files' },
  check: { vi: 'Kiểm tra lại', en: 'Reading it again' },
}

await runCommand(async () => {
  const { BACKUP_DIR, DATA_DIR, DATABASE_URL } = readKeepingConfig('to')
  const tell = createProgress()
  const { files } = await backUp(BACKUP_DIR, {
    dataFolder: DATA_DIR,
    databaseUrl: DATABASE_URL,
    now: Date.now,
    onProgress: (step, share) => tell(STEPS[step], share),
  })
  const megabytes = Math.ceil(files.reduce((sum, { bytes }) => sum + bytes, 0) / 1e6)
  announce({
    vi: `✓ Đã sao lưu ${files.length} tệp, ${megabytes} MB, và kiểm tra lại: ${BACKUP_DIR}`,
    en: `✓ Backed up ${files.length} files, ${megabytes} MB, and checked them: ${BACKUP_DIR}`,
  })
})
