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
  'fill-playlist-mismatch': {
    vi: 'Hãy chọn danh sách phát để lấp phần còn trống, hoặc chọn cách lấp khác.',
    en: 'Choose the playlist that fills the rest, or another way to fill it.',
  },
  'daypart-twice': {
    vi: 'Hai khung giờ có cùng mã. Mỗi mã chỉ dùng một lần.',
    en: 'Two windows have the same code. Use each code once.',
  },
  'phases-overlap': {
    vi: 'Giai đoạn này chồng lên giai đoạn khác. Hãy sửa ngày để các giai đoạn nối tiếp nhau.',
    en: 'This phase overlaps another. Change the dates so that phases follow each other.',
  },
  'theme-unknown': {
    vi: 'Không có chủ đề nào mang mã này.',
    en: 'No theme has this code.',
  },
  'code-twice': {
    vi: 'Mã này đã dùng cho mục khác. Mỗi mã chỉ dùng một lần.',
    en: 'Another entry has this code already. Use each code once.',
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
