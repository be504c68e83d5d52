import { z } from 'zod'
import { ERRORS, ErrorCode, type Lang } from './errors.ts'
import { nounIn } from './nouns.ts'
import { Conflict } from './timeline.ts'

type Params = Readonly<Record<string, string | number>>

/** The words for a code, in the reader's language. */
export const errorText = (code: ErrorCode, lang: Lang, params: Params = {}): string =>
  ERRORS[code][lang].replace(/\{(\w+)\}/g, (hole, name: string) => {
    const value = String(params[name] ?? hole)
    return name === 'what' ? nounIn(lang, value) : value
  })

/** One field that is not right. */
export const FieldProblem = z
  .object({ field: z.string(), message: z.string() })
  .meta({ id: 'FieldProblem' })
export type FieldProblem = z.infer<typeof FieldProblem>

/** What a refusal hands back besides its words, so that nobody's work is lost. */
const attached = {
  /** Where somebody else was quicker: the thing as it is now, in the shape in which it is read. */
  current: z.unknown().optional(),
  /** Where schedules want one loudspeaker at the same time. */
  conflicts: z.array(Conflict).optional(),
}
const Attached = z.object(attached)
type Attached = z.infer<typeof Attached>

/** An expected failure at an edge. Bugs are plain Errors. */
export class AppError extends Error {
  readonly code: ErrorCode
  readonly params: Params
  /** A message is a code of the field problems, or already in words. */
  readonly fields: readonly FieldProblem[]
  readonly attached: Attached

  constructor(
    code: ErrorCode,
    params: Params = {},
    options: { cause?: unknown; fields?: readonly FieldProblem[]; attached?: Attached } = {},
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
