import { z } from 'zod'
import { DocumentMime, Ingested } from '#media'
import { ErrorCode, IngestStep } from '#protocol'

/** What one process is to do with one file. */
export type IngestOrder = {
  ffmpeg: string
  path: string
  task: { type: 'ingest'; output: { rendition: string; thumbnail: string } } | { type: 'document' }
}

export const LONGEST_PARAM = 1_000
export const LONGEST_CAUSE = 10_000

/** All that the process says. It has read a stranger's file: its words are checked like one's. */
export const IngestWord = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('progress'),
    step: IngestStep.extract(['inspect', 'convert', 'preview']),
    share: z.number().min(0).max(1),
  }),
  z.strictObject({ type: z.literal('ingested'), ingested: Ingested }),
  z.strictObject({ type: z.literal('document'), mime: DocumentMime.nullable() }),
  z.strictObject({
    type: z.literal('refused'),
    code: ErrorCode.extract([
      'file-empty',
      'file-kind-unknown',
      'file-unreadable',
      'file-cut-short',
      'file-silent',
      'file-too-long',
      'file-too-large',
      'picture-too-large',
      'loudness-out-of-reach',
      'bulletin-setting',
      'program-missing',
    ]),
    params: z.record(z.string().max(50), z.union([z.string().max(LONGEST_PARAM), z.number()])),
    /** For the log. */
    cause: z.string().max(LONGEST_CAUSE),
  }),
])
export type IngestWord = z.infer<typeof IngestWord>
