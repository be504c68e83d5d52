import { z } from 'zod'
import { AssetKind, Rendition } from '#protocol'

/** As long as a title that a person gives. */
export const LONGEST_TITLE = 300

/**
 * What was made of a file: what is known of the rendition before it is stored, and what goes with it.
 * It crosses from the process that read the file, so it is checked.
 */
export const Ingested = z.strictObject({
  kind: AssetKind.exclude(['relay']),
  rendition: Rendition.omit({ sha256: true, bytes: true })
    .extend({ mime: z.enum(['audio/ogg', 'video/mp4', 'image/webp', 'text/html']) })
    .strict(),
  /** 240 peaks, 0 to 1; null for what is seen. */
  waveform: z.array(z.number().min(0).max(1)).max(240).nullable(),
  hasThumbnail: z.boolean(),
  /** A title that the content itself suggests. */
  title: z.string().min(1).max(LONGEST_TITLE).nullable(),
})
export type Ingested = z.infer<typeof Ingested>
