/** Why a program does not start, in words that say what to do next. Part of the table of errors.ts. */
export const START_ERRORS = {
  'config-invalid': {
    vi: 'Cấu hình chưa đúng:\n{problems}',
    en: 'The configuration is not right:\n{problems}',
  },
  'port-in-use': {
    vi: 'Cổng {port} đang có chương trình khác dùng. Hãy dừng chương trình đó, hoặc chạy với --port và một số khác.',
    en: 'Port {port} is used by another program. Stop it, or start with --port and another number.',
  },
  'port-not-allowed': {
    vi: 'Tài khoản này không được mở cổng {port}. Hãy dùng cổng từ 1024 trở lên với --port.',
    en: 'This account may not open port {port}. Use one from 1024 upwards with --port.',
  },
  'folder-unwritable': {
    vi: 'Không ghi được vào thư mục {folder} ({detail}). Hãy cấp quyền ghi, hoặc chọn thư mục khác với --data.',
    en: 'Cannot write in the folder {folder} ({detail}). Give write permission, or choose another with --data.',
  },
  'database-unreachable': {
    vi: 'Không mở được cơ sở dữ liệu ({detail}). Hãy kiểm tra DATABASE_URL và máy chủ PostgreSQL.',
    en: 'The database cannot be opened ({detail}). Check DATABASE_URL and the PostgreSQL server.',
  },
  'database-in-use': {
    vi: 'Thư mục dữ liệu {folder} đang được một Loabang khác dùng. Hãy dừng chương trình đó, hoặc chọn thư mục khác với --data.',
    en: 'The data folder {folder} is in use by another Loabang. Stop that one, or choose another folder with --data.',
  },
  'program-missing': {
    vi: 'Không chạy được {program} ({detail}). Hãy cài rồi chạy lại:\n\n    {remedy}\n',
    en: 'Cannot run {program} ({detail}). Install it, then start again:\n\n    {remedy}\n',
  },
  'program-failed': {
    vi: '{program} báo lỗi:\n{detail}',
    en: '{program} failed:\n{detail}',
  },
  'folder-not-empty': {
    vi: '{folder} không trống; không có gì bị ghi đè. Hãy chọn nơi khác, hoặc tự dọn trống trước.',
    en: '{folder} is not empty; nothing was overwritten. Choose another place, or empty it yourself first.',
  },
  'backup-inside': {
    vi: 'Bản sao lưu không thể nằm trong thư mục dữ liệu ({folder}). Hãy chọn nơi khác với --to, tốt nhất là ổ đĩa khác.',
    en: 'A backup cannot lie inside the data folder ({folder}). Choose another place with --to, best on another disk.',
  },
  'backup-nothing': {
    vi: 'Không có cơ sở dữ liệu {folder}. Hãy chỉ thư mục dữ liệu của máy chủ bằng --data.',
    en: 'There is no database {folder}. Name the data folder of the server with --data.',
  },
  'backup-missing': {
    vi: 'Thư mục {folder} không phải bản sao lưu hoàn chỉnh (thiếu {file}). Hãy chọn một bản khác với --from.',
    en: 'The folder {folder} is not a finished backup (there is no {file}). Choose another with --from.',
  },
  'backup-damaged': {
    vi: 'Bản sao lưu không còn nguyên vẹn: {file} ({detail}); không có gì được khôi phục. Hãy dùng một bản khác.',
    en: 'The backup is damaged: {file} ({detail}); nothing was restored from it. Use another one.',
  },
  'backup-other-database': {
    vi: 'Bản sao lưu này là của {database}. Hãy đặt DATABASE_URL cho postgres, bỏ trống cho sqlite.',
    en: 'This backup is of {database}. Set DATABASE_URL for postgres, leave it unset for sqlite.',
  },
  'restore-unfinished': {
    vi: 'Việc khôi phục vào {folder} chưa xong. Hãy dọn trống thư mục này rồi chạy lại lệnh restore.',
    en: 'A restore into {folder} was not finished. Empty the folder, then run restore again.',
  },
  'not-enrolled': {
    vi: 'Đầu phát này chưa ghi danh. Hãy tạo mã ở trang Thiết bị rồi chạy với --server và --code.',
    en: 'This player is not enrolled yet. Make a code on the page Devices, then start with --server and --code.',
  },
  'server-unreachable': {
    vi: 'Không liên lạc được máy chủ {server} ({detail}). Hãy kiểm tra địa chỉ và mạng rồi chạy lại.',
    en: 'The server {server} cannot be reached ({detail}). Check its address and the network, then start again.',
  },
  'seed-refused': {
    vi: 'Tệp {file} trong bộ nội dung mẫu không dùng được: {reason}',
    en: 'The file {file} of the seed cannot be used: {reason}',
  },
} as const
