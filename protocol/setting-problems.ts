import type { z } from 'zod'
import type { Lang } from './errors.ts'
import { FIELD_PROBLEMS, isFieldProblem } from './field-problems.ts'

type Words = Readonly<Record<Lang, string>>
type Issue = z.core.$ZodIssue

/** What schemas of settings name by a code, where the kind of value does not say enough. */
const SETTING_PROBLEMS: Readonly<Record<string, Words>> = {
  'plain-http': {
    vi: 'ngoài máy này thì cần https:// (đặt máy chủ sau một proxy có TLS, xem docs/operations.md), hoặc đặt ALLOW_HTTP=yes nếu mạng này chỉ có máy của mình',
    en: 'beyond this machine https:// is needed (put the server behind a proxy with TLS, see docs/operations.md), or set ALLOW_HTTP=yes where the network is your own alone',
  },
  'authority-halved': {
    vi: 'TSA_URL và TSA_CA_FILE phải đặt cùng nhau',
    en: 'TSA_URL and TSA_CA_FILE belong together',
  },
  'backup-folder': {
    vi: 'cần --to (backup) hoặc --from (restore) với một thư mục',
    en: '--to (backup) or --from (restore) with a folder is needed',
  },
  'address-list': {
    vi: 'cần các địa chỉ IP hoặc dải địa chỉ, cách nhau bằng dấu phẩy: 127.0.0.1,10.0.0.0/24',
    en: 'IP addresses or ranges are wanted, with commas between them: 127.0.0.1,10.0.0.0/24',
  },
  'relay-host': {
    vi: 'cần host hoặc host:port, cách nhau bằng dấu phẩy',
    en: 'host or host:port is wanted, with commas between them',
  },
  'postgres-address': {
    vi: 'cần địa chỉ dạng postgres://user:password@host/name; cơ sở dữ liệu khác không dùng được',
    en: 'an address as postgres://user:password@host/name is wanted; no other kind of database can be used',
  },
  'http-address': {
    vi: 'cần địa chỉ bắt đầu bằng http:// hoặc https://',
    en: 'an address that begins with http:// or https:// is wanted',
  },
  'audio-output': {
    vi: 'chỉ nhận: auto, pulse, pulse:SINK, alsa, alsa:DEVICE, null, file:PATH',
    en: 'it must be one of: auto, pulse, pulse:SINK, alsa, alsa:DEVICE, null, file:PATH',
  },
  'audio-monitor': {
    vi: 'chỉ nhận: pulse, pulse:SOURCE, alsa:DEVICE',
    en: 'it must be one of: pulse, pulse:SOURCE, alsa:DEVICE',
  },
  'download-windows': {
    vi: 'cần các khoảng giờ như 22:00-05:00,12:00-13:00',
    en: 'hours as 22:00-05:00,12:00-13:00 are wanted',
  },
}

const boundWords = (issue: Issue): Words | undefined => {
  if (issue.code === 'too_small')
    return issue.origin === 'string'
      ? { vi: `cần ít nhất ${issue.minimum} ký tự`, en: `at least ${issue.minimum} characters` }
      : { vi: `ít nhất là ${issue.minimum}`, en: `it must be at least ${issue.minimum}` }
  if (issue.code === 'too_big')
    return { vi: `nhiều nhất là ${issue.maximum}`, en: `it must be at most ${issue.maximum}` }
  return undefined
}

/** What is wrong with a setting, in words. */
export const settingWords = (issue: Issue): Words => {
  const named = isFieldProblem(issue.message)
    ? FIELD_PROBLEMS[issue.message]
    : SETTING_PROBLEMS[issue.message]
  if (named) return named
  const bound = boundWords(issue)
  if (bound) return bound
  if (issue.code === 'invalid_value') {
    const values = issue.values.map(String).join(', ')
    return { vi: `chỉ nhận: ${values}`, en: `it must be one of: ${values}` }
  }
  if (issue.code === 'invalid_type' && (issue.expected === 'number' || issue.expected === 'int'))
    return { vi: 'cần một số nguyên', en: 'a whole number is wanted' }
  return { vi: `giá trị không dùng được (${issue.message})`, en: issue.message }
}

/**
 * What is wrong with a command line, in words.
 * @param error of Node's parseArgs
 * @param known the options that there are
 */
export const optionWords = (error: unknown, known: readonly string[]): Words => {
  const { code, message } = error as Error & { code?: string }
  const [, name = ''] = /'(-{0,2}[^' ]*)/.exec(message) ?? []
  const all = known.map((one) => `--${one}`).join(', ')
  if (code === 'ERR_PARSE_ARGS_UNKNOWN_OPTION')
    return {
      vi: `không có tuỳ chọn ${name}; có: ${all}`,
      en: `there is no option ${name}; there are: ${all}`,
    }
  if (code === 'ERR_PARSE_ARGS_UNEXPECTED_POSITIONAL')
    return {
      vi: `không hiểu "${name}"; mỗi giá trị đứng sau một tuỳ chọn: ${all}`,
      en: `"${name}" is not understood; a value follows an option: ${all}`,
    }
  if (code === 'ERR_PARSE_ARGS_INVALID_OPTION_VALUE')
    return {
      vi: `tuỳ chọn ${name} thiếu hoặc thừa giá trị`,
      en: `the option ${name} lacks its value, or takes none`,
    }
  return { vi: message, en: message }
}
