import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * What every command is for and what it takes, in the language of the terminal. Settings of the
 * environment are in docs/operations.md.
 * @type {Record<string, { takes: string, en: string, vi: string }>}
 */
export const USAGE = {
  demo: {
    takes: '[--port N] [--data DIR] [--seed DIR] [--check]',
    en: 'Start a server with players and show a commune on air; --check proves it and ends.',
    vi: 'Chạy thử máy chủ cùng đầu phát và một xã đang phát; --check tự kiểm tra rồi kết thúc.',
  },
  server: {
    takes: '[--port N] [--host ADDRESS] [--data DIR] [--today YYYY-MM-DD]',
    en: 'Start the server. Settings: docs/operations.md.',
    vi: 'Chạy máy chủ. Các thiết lập: docs/operations.md.',
  },
  build: {
    takes: '',
    en: 'Get and build all that the server needs, and start nothing.',
    vi: 'Tải và dựng mọi thứ máy chủ cần, không khởi động gì.',
  },
  player: {
    takes:
      '[doctor [--quiet] [--lang vi|en]] [--server URL --code CODE] [--data DIR] [--output OUTPUT] [--display kiosk]',
    en: 'Start the player of a box, or let it prove itself (doctor).',
    vi: 'Chạy đầu phát, hoặc để đầu phát tự kiểm tra (doctor).',
  },
  test: {
    takes: '[FILTER …]',
    en: 'Run every check of the project, or the tests that match.',
    vi: 'Chạy mọi phép kiểm tra của dự án, hoặc các kiểm thử khớp.',
  },
  bench: {
    takes: '[NAME …] [--json] [--full]',
    en: 'Measure, beside the raw limit of the same run.',
    vi: 'Đo hiệu năng, cạnh giới hạn thô của cùng lần chạy.',
  },
  'install-box': {
    takes:
      '--server URL --code CODE [--screen] [--output OUTPUT] [--monitor INPUT] [--display kiosk] [--quiet] [--allow-http] [--dry-run] [--root DIR]',
    en: 'Make this machine a box. docs/installing-a-box.md',
    vi: 'Biến máy này thành đầu phát. docs/installing-a-box.md',
  },
  backup: {
    takes: '--to DIR [--data DIR] [--quiet] [--allow-missing]',
    en: 'Back up a server that runs or does not, and check the backup.',
    vi: 'Sao lưu máy chủ đang chạy hoặc đã dừng, rồi kiểm tra bản sao lưu.',
  },
  restore: {
    takes: '--from DIR [--data DIR] [--quiet] [--fingerprint HEX] [--accept-altered]',
    en: 'Bring a backup into an empty folder.',
    vi: 'Khôi phục bản sao lưu vào một thư mục trống.',
  },
  'reset-password': {
    takes: '[--user NAME] [--data DIR]',
    en: 'Give somebody a new password, printed once; all their sessions end.',
    vi: 'Đặt mật khẩu mới cho một người, chỉ hiện một lần; mọi phiên của người đó kết thúc.',
  },
  chromium: {
    takes: '',
    en: 'Find or get Chromium.',
    vi: 'Tìm hoặc tải Chromium.',
  },
  verify: {
    takes: 'DIR [--key KEY] [--qr TEXT]…',
    en: 'Check an export or an archive, offline.',
    vi: 'Kiểm tra một gói xuất hoặc kho lưu trữ, không cần mạng.',
  },
}

/** @param {string} root */
export const versionOf = (root) =>
  /** @type {string} */ (JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).version)

/**
 * @param {string | undefined} name of a command; undefined for all of them
 * @param {(words: { en: string, vi: string }) => string} inWords
 */
export const usage = (name, inWords) => {
  const one = name === undefined ? undefined : USAGE[name]
  if (name !== undefined && one) return `npx loabang ${name} ${one.takes}\n\n${inWords(one)}\n`
  const lines = Object.entries(USAGE).map(
    ([command, words]) => `  ${command.padEnd(15)} ${inWords(words)}`,
  )
  const head = inWords({
    en: 'npx loabang COMMAND, in the folder of the project. npx loabang COMMAND --help says what it takes.',
    vi: 'npx loabang LỆNH, trong thư mục dự án. npx loabang LỆNH --help cho biết cách dùng.',
  })
  return `${head}\n\n${lines.join('\n')}\n`
}
