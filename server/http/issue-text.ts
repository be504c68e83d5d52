import { z } from 'zod'
import { type AppError, type FieldProblem, fieldText, isFieldProblem, type Lang } from '#protocol'

type Issue = z.core.$ZodIssue
type Words = Record<Lang, string>

const MISSING: Words = {
  vi: 'Chưa điền mục này.',
  en: 'This is missing.',
}
const SHAPE: Words = {
  vi: 'Mục này chưa điền, hoặc giá trị sai kiểu. Hãy nhập lại.',
  en: 'This is missing, or not the kind of value that belongs here. Enter it again.',
}

const leastWords = (least: string, origin: string): Words => {
  if (least === '1' && origin === 'string') return MISSING
  if (origin === 'string')
    return { vi: `Ít nhất ${least} ký tự.`, en: `At least ${least} characters.` }
  if (origin === 'array')
    return { vi: `Cần ít nhất ${least} mục.`, en: `At least ${least} must be given.` }
  return { vi: `Ít nhất là ${least}.`, en: `It must be at least ${least}.` }
}

const mostWords = (most: string, origin: string): Words => {
  if (origin === 'string')
    return { vi: `Nhiều nhất ${most} ký tự.`, en: `At most ${most} characters.` }
  if (origin === 'array')
    return { vi: `Nhiều nhất ${most} mục.`, en: `At most ${most} may be given.` }
  return { vi: `Nhiều nhất là ${most}.`, en: `It must be at most ${most}.` }
}

const wordsOf = (issue: Issue): Words => {
  switch (issue.code) {
    case 'too_small':
      return leastWords(String(issue.minimum), issue.origin)
    case 'too_big':
      return mostWords(String(issue.maximum), issue.origin)
    case 'invalid_value': {
      const values = issue.values.map(String).join(', ')
      return { vi: `Chỉ nhận một trong: ${values}.`, en: `It must be one of: ${values}.` }
    }
    case 'unrecognized_keys': {
      const keys = issue.keys.join(', ')
      return {
        vi: `Không có mục nào tên là ${keys}. Hãy bỏ đi hoặc sửa tên.`,
        en: `Nothing is called ${keys} here. Leave it out or correct its name.`,
      }
    }
    default:
      return SHAPE
  }
}

/** What is wrong with a field, in the reader's words. */
const issueText = (issue: Issue, lang: Lang): string =>
  isFieldProblem(issue.message) ? fieldText(issue.message, lang) : wordsOf(issue)[lang]

/** The fields of a refusal, in the reader's words: those it names, or those that a schema found. */
export const fieldsOf = ({ code, fields, cause }: AppError, lang: Lang): FieldProblem[] =>
  code === 'bad-input' && cause instanceof z.ZodError
    ? cause.issues.map((issue) => ({
        field: [...issue.path, ...(issue.code === 'unrecognized_keys' ? issue.keys : [])].join('.'),
        message: issueText(issue, lang),
      }))
    : fields.map(({ field, message, params }) => ({
        field,
        message: fieldText(message, lang, params),
      }))
