import sharp from 'sharp'
import { AppError } from '#protocol'
import { MOST_PICTURE_PIXELS, PICTURE_SECONDS } from '../ingest/limits.ts'

const WIDEST = 3840
const HIGHEST = 2160
const THUMBNAIL_WIDTH = 480

// Loaders that no board needs are doors that nobody watches.
sharp.block({ operation: ['VipsForeignLoad'] })
sharp.unblock({
  operation: ['VipsForeignLoadPng', 'VipsForeignLoadJpeg', 'VipsForeignLoadWebp'],
})
// One picture at a time: memory on a small server matters more than speed here.
sharp.concurrency(1)

const refusalOf = (cause: unknown): AppError => {
  if (cause instanceof AppError) return cause
  const detail = cause instanceof Error ? cause.message.slice(0, 200) : String(cause)
  return new AppError('file-unreadable', { detail }, { cause })
}

/**
 * Writes a picture anew as WebP, upright, without metadata, at most 3840 × 2160. Text drawn in a PNG
 * stays sharp: what came without loss is kept without loss.
 * @throws AppError file-unreadable, picture-too-large
 */
export const convertPicture = async (
  source: string,
  output: string,
): Promise<{ width: number; height: number }> => {
  try {
    // Reads the header only, of a picture of any size.
    const claimed = await sharp(source, { limitInputPixels: false }).metadata()
    if (claimed.width * claimed.height > MOST_PICTURE_PIXELS) {
      throw new AppError('picture-too-large', { limit: MOST_PICTURE_PIXELS / 1_000_000 })
    }
    const bounds = { limitInputPixels: MOST_PICTURE_PIXELS, failOn: 'error' } as const
    const { width, height } = await sharp(source, bounds)
      .autoOrient()
      .resize({ width: WIDEST, height: HIGHEST, fit: 'inside', withoutEnlargement: true })
      .webp(claimed.format === 'png' ? { lossless: true } : { quality: 90 })
      .timeout({ seconds: PICTURE_SECONDS })
      .toFile(output)
    return { width, height }
  } catch (cause) {
    throw refusalOf(cause)
  }
}

/** Writes the small picture that the library shows. @throws AppError file-unreadable */
export const writeThumbnail = async (source: string, output: string): Promise<void> => {
  try {
    await sharp(source, { limitInputPixels: MOST_PICTURE_PIXELS })
      .resize({ width: THUMBNAIL_WIDTH, withoutEnlargement: true })
      .webp({ quality: 75 })
      .timeout({ seconds: PICTURE_SECONDS })
      .toFile(output)
  } catch (cause) {
    throw refusalOf(cause)
  }
}
