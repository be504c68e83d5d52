import type { DurationMs } from '#protocol'

/** Sound of a session is at most 45 minutes in the field; this leaves room and bounds the disk. */
export const LONGEST_MS: DurationMs = 2 * 3_600_000
/** One second more than is taken: longer than this nothing is decoded, and what comes so far is too long. */
export const DECODED_SECONDS = LONGEST_MS / 1000 + 1

/** A picture of more pixels than this is a bomb or a mistake: 40 megapixels. */
export const MOST_PICTURE_PIXELS = 40_000_000
/** A frame of 4K in any of its shapes (4096 × 2304); a decoder holds some twenty frames at once. */
export const MOST_FRAME_PIXELS = 10_000_000

/** Two hours of Opus at 64 kbit/s are 58 MB. */
export const LARGEST_CLIP_BYTES = 100_000_000
/** Half of what a board keeps by itself (CACHE_MB). */
export const LARGEST_VIDEO_BYTES = 2_000_000_000

/** Below the time without progress after which an ingest is ended: the refusal then has a name. */
export const PICTURE_SECONDS = 60
