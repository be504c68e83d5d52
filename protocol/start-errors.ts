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
