import type { Lang } from './errors.ts'

/** What can be wrong with a field beyond its shape: said by a code in the schemas, in words to people. */
export const FIELD_PROBLEMS = {
  'ends-before-start': {
    vi: 'Ngày kết thúc đứng trước ngày bắt đầu.',
    en: 'The end lies before the start.',
  },
  'phase-unknown': {
    vi: 'Không có giai đoạn nào mang mã này.',
    en: 'No phase has this code.',
  },
  'audience-empty': {
    vi: 'Hãy chọn ít nhất một địa bàn hoặc một thiết bị.',
    en: 'Choose at least one area or device.',
  },
  'canvas-mismatch': {
    vi: 'Bảng cần kích thước điểm ảnh, và chỉ bảng mới có kích thước này.',
    en: 'A board needs its size in pixels, and only a board has one.',
  },
  'time-zone-unknown': {
    vi: 'Không có múi giờ này. Ví dụ đúng: Asia/Ho_Chi_Minh.',
    en: 'There is no such time zone. An example: Asia/Ho_Chi_Minh.',
  },
} as const satisfies Record<string, Record<Lang, string>>

export type FieldProblemCode = keyof typeof FIELD_PROBLEMS

/** Keeps a schema from naming a problem that has no words. */
export const fieldProblem = (code: FieldProblemCode): string => code

export const isFieldProblem = (text: string): text is FieldProblemCode => text in FIELD_PROBLEMS
