import { readKeepingConfig } from '../config.ts'
import { restore } from './restore.ts'
import { announce, createProgress, runCommand } from './terminal.ts'

await runCommand(async () => {
  const { BACKUP_DIR, DATA_DIR, DATABASE_URL } = readKeepingConfig('from')
  const tell = createProgress()
  const { madeAt } = await restore(BACKUP_DIR, {
    dataFolder: DATA_DIR,
    databaseUrl: DATABASE_URL,
    onProgress: (share) => tell({ vi: 'Tệp', en: 'Files' }, share),
  })
  const at = new Date(madeAt).toISOString()
  announce({
    vi: `✓ Đã khôi phục vào ${DATA_DIR} bản sao lưu lúc ${at}. Thiết bị sẽ gửi lại các bản ghi còn thiếu khi kết nối.`,
    en: `✓ Restored into ${DATA_DIR} the backup made at ${at}. Devices send the records that it lacks when they connect.`,
  })
})
