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
  'host-unknown': {
    vi: 'Máy này không có địa chỉ {host} ({detail}). Hãy đặt HOST (hoặc --host) là 127.0.0.1, 0.0.0.0 hoặc một địa chỉ của chính máy này.',
    en: 'This machine has no address {host} ({detail}). Set HOST (or --host) to 127.0.0.1, 0.0.0.0 or an address of this very machine.',
  },
  'folder-full': {
    vi: 'Đĩa chứa {folder} đã đầy. Hãy giải phóng chỗ trên đĩa đó rồi chạy lại; dữ liệu đã có vẫn còn nguyên.',
    en: 'The disk of {folder} is full. Free space on that disk, then start again; what was stored before is unharmed.',
  },
  'database-newer': {
    vi: 'Cơ sở dữ liệu là của một bản Loabang mới hơn (có {changes}). Hãy chạy bản mới đó; muốn quay lại bản này thì khôi phục bản sao lưu làm trước khi nâng cấp (docs/upgrading.md).',
    en: 'The database is of a newer Loabang (it has {changes}). Run that one; to go back to this version, restore the backup made before the upgrade (docs/upgrading.md).',
  },
  'database-damaged': {
    vi: 'Cơ sở dữ liệu {file} bị hỏng ({detail}); không có gì bị thay đổi. Hãy cất tệp đó đi và khôi phục bản sao lưu gần nhất vào một thư mục trống: npx loabang restore --from … --data …',
    en: 'The database {file} is damaged ({detail}); nothing was changed. Put that file aside and restore the latest backup into an empty folder: npx loabang restore --from … --data …',
  },
  'database-missing': {
    vi: 'Thư mục {folder} có khoá của một đơn vị nhưng không có cơ sở dữ liệu loabang.db. Nếu cơ sở dữ liệu nằm ở PostgreSQL, hãy đặt DATABASE_URL; nếu tệp đã mất, hãy khôi phục bản sao lưu vào một thư mục trống.',
    en: 'The folder {folder} holds the keys of an office, and no database loabang.db. If the database is in PostgreSQL, set DATABASE_URL; if the file is lost, restore a backup into an empty folder.',
  },
  'database-served': {
    vi: 'Một máy chủ Loabang khác đang dùng cơ sở dữ liệu này. Hãy dừng máy chủ đó trước; mỗi cơ sở dữ liệu chỉ có một máy chủ.',
    en: 'Another Loabang serves this database. Stop that one first; a database has one server.',
  },
  'engine-forgotten': {
    vi: 'Thư mục {folder} thuộc về một đơn vị có cơ sở dữ liệu {engine}. Hãy đặt lại DATABASE_URL như trước (bỏ trống nếu là sqlite), hoặc chọn thư mục khác với --data.',
    en: 'The folder {folder} belongs to an office whose database is {engine}. Set DATABASE_URL as it was before (leave it unset for sqlite), or choose another folder with --data.',
  },
  'office-other': {
    vi: 'Thư mục {folder} và cơ sở dữ liệu không cùng một đơn vị. Hãy kiểm tra DATABASE_URL và --data; muốn chuyển một đơn vị sang chỗ khác thì dùng backup và restore.',
    en: 'The folder {folder} and the database do not belong to the same office. Check DATABASE_URL and --data; an office is moved by backup and restore.',
  },
  'keys-missing': {
    vi: 'Thiếu khoá trong {folder}: {files}. Thiết bị chỉ tin các khoá đó nên máy chủ không tạo khoá mới. Hãy chép thư mục keys từ bản sao lưu về; nếu đây là máy chủ thứ hai thì mỗi cơ sở dữ liệu chỉ có một máy chủ.',
    en: 'Keys are missing in {folder}: {files}. Devices trust those keys only, so no new ones were made. Copy the folder keys back from a backup; if this is a second server: a database has one server.',
  },
  'keys-other': {
    vi: 'Các khoá trong {folder} không phải khoá của cơ sở dữ liệu này ({file}). Hãy chép thư mục keys từ bản sao lưu của chính đơn vị này về.',
    en: 'The keys in {folder} are not those of this database ({file}). Copy the folder keys back from a backup of this very office.',
  },
  'keys-older': {
    vi: 'Các khoá trong {folder} cũ hơn cơ sở dữ liệu: khoá đã được đổi {version} lần, ở đây chỉ có {held} lần. Thiết bị không nhận khoá cũ nữa. Hãy chép key-statements.json và các tệp manifest-signing-….pem từ bản sao lưu mới nhất về.',
    en: 'The keys in {folder} are older than the database: the key was changed {version} times, and only {held} of them are here. Devices do not take the old key any more. Copy key-statements.json and the files manifest-signing-….pem back from the latest backup.',
  },
  'key-damaged': {
    vi: 'Không đọc được {file} ({detail}). Hãy chép tệp này từ bản sao lưu về.',
    en: '{file} cannot be read ({detail}). Copy this file back from a backup.',
  },
  'clock-wrong': {
    vi: 'Đồng hồ máy này chỉ {clock}, còn lần cuối máy chủ chạy là {seen}. Nếu đồng hồ sai, hãy chỉnh lại (timedatectl) rồi chạy lại. Nếu đồng hồ đúng, hãy chạy một lần với: --today {today}',
    en: 'The clock of this machine says {clock}, and a server last ran at {seen}. If the clock is wrong, set it (timedatectl), then start again. If it is right, start once with: --today {today}',
  },
  'clock-unset': {
    vi: 'Đồng hồ máy này chỉ {clock}, không thể đúng. Hãy chỉnh lại (timedatectl) rồi chạy lại.',
    en: 'The clock of this machine says {clock}, which cannot be right. Set it (timedatectl), then start again.',
  },
  'authority-file': {
    vi: 'TSA_CA_FILE: không đọc được chứng thư trong {file} ({detail}). Hãy chỉ đúng tệp PEM của cơ quan cấp dấu thời gian, hoặc bỏ TSA_URL và TSA_CA_FILE.',
    en: 'TSA_CA_FILE: no certificate can be read in {file} ({detail}). Name the PEM file of the time-stamping authority, or leave TSA_URL and TSA_CA_FILE unset.',
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
