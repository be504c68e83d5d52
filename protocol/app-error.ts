import { z } from 'zod'
import { ERRORS, ErrorCode, type Lang } from './errors.ts'
import { FIELD_PROBLEMS, isFieldProblem } from './field-problems.ts'
import { nounIn } from './nouns.ts'
import { DaypartChange } from './policy.ts'
import { Conflict } from './timeline.ts'

type Params = Readonly<Record<string, string | number>>

const filled = (text: string, lang: Lang, params: Params): string =>
  text.replace(/\{(\w+)\}/g, (hole, name: string) => {
    const value = String(params[name] ?? hole)
    return name === 'what' ? nounIn(lang, value) : value
  })

/** The words for a code, in the reader's language. */
export const errorText = (code: ErrorCode, lang: Lang, params: Params = {}): string =>
  filled(ERRORS[code][lang], lang, params)

/** The words for what is wrong with a field; what is no code is in words already. */
export const fieldText = (message: string, lang: Lang, params: Params = {}): string =>
  isFieldProblem(message) ? filled(FIELD_PROBLEMS[message][lang], lang, params) : message

/** One field that is not right. */
export const FieldProblem = z
  .object({ field: z.string(), message: z.string() })
  .meta({ id: 'FieldProblem' })
export type FieldProblem = z.infer<typeof FieldProblem>

/** The same before it is put into words: its message may be a code, with what its words name. */
export type FieldFault = FieldProblem & { params?: Params }

/** What a refusal hands back besides its words, so that nobody's work is lost. */
const attached = {
  /** Where somebody else was quicker: the thing as it is now, in the shape in which it is read. */
  current: z.unknown().optional(),
  /** Where schedules want one loudspeaker at the same time. */
  conflicts: z.array(Conflict).optional(),
  /** Where a window is taken from schedules that use it: what happens to each. */
  dayparts: z.array(DaypartChange).optional(),
}
const Attached = z.object(attached)
type Attached = z.infer<typeof Attached>

/** An expected failure at an edge. Bugs are plain Errors. */
export class AppError extends Error {
  readonly code: ErrorCode
  readonly params: Params
  /** A message is a code of the field problems, or already in words. */
  readonly fields: readonly FieldFault[]
  readonly attached: Attached

  constructor(
    code: ErrorCode,
    params: Params = {},
    options: { cause?: unknown; fields?: readonly FieldFault[]; attached?: Attached } = {},
  ) {
    super(errorText(code, 'en', params), { cause: options.cause })
    this.name = 'AppError'
    this.code = code
    this.params = params
    this.fields = options.fields ?? []
    this.attached = options.attached ?? {}
  }
}

/** What HTTP answers with when something is refused (RFC 9457). */
export const Problem = z
  .object({
    type: z.string(),
    code: ErrorCode,
    title: z.string(),
    status: z.int(),
    fields: z.array(FieldProblem),
    requestId: z.string(),
    ...attached,
  })
  .meta({ id: 'Problem' })
export type Problem = z.infer<typeof Problem>
