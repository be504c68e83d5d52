import { readKeepingConfig } from '../config.ts'
import { restore } from './restore.ts'
import { announce, createProgress, runCommand, warn } from './terminal.ts'

await runCommand(async (writesTo) => {
  const config = readKeepingConfig('from')
  writesTo(config.DATA_DIR)
  const tell = config.QUIET ? () => {} : createProgress()
  const { contents, fingerprint, isSigned } = await restore(config.BACKUP_DIR, {
    dataFolder: config.DATA_DIR,
    databaseUrl: config.DATABASE_URL,
    fingerprint: config.FINGERPRINT,
    acceptAltered: config.ACCEPT_ALTERED,
    now: Date.now,
    onProgress: (share) => tell({ vi: 'Tệp', en: 'Files' }, share),
  })
  if (!isSigned)
    warn({
      vi: '! Danh sách tệp của bản sao lưu này KHÔNG có chữ ký đúng: không ai biết nó có bị sửa hay không. Hãy kiểm tra người dùng, quyền và nhật ký phát.',
      en: '! The list of files of this backup is NOT rightly signed: nobody knows whether it was changed. Check users, rights and the play log.',
    })
  const at = new Date(contents.madeAt).toISOString()
  announce({
    vi: `✓ Đã khôi phục vào ${config.DATA_DIR} bản sao lưu lúc ${at}. Thiết bị sẽ gửi lại các bản ghi còn thiếu khi kết nối.`,
    en: `✓ Restored into ${config.DATA_DIR} the backup made at ${at}. Devices send the records that it lacks when they connect.`,
  })
  announce({
    vi: `Dấu vân tay: ${fingerprint} (so với dòng in ra khi sao lưu)`,
    en: `Fingerprint: ${fingerprint} (compare it with what was printed by the backup)`,
  })
})
