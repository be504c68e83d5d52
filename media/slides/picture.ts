import sharp from 'sharp'
import { AppError } from '#protocol'

/** A picture of more pixels than this is a bomb or a mistake: 40 megapixels. */
const MOST_PIXELS = 40_000_000
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

const unreadable = (cause: unknown): AppError => {
  const detail = cause instanceof Error ? cause.message.slice(0, 200) : String(cause)
  return new AppError('file-unreadable', { detail }, { cause })
}

/**
 * Writes a picture anew as WebP, upright, without metadata, at most 3840 × 2160. Text drawn in a PNG
 * stays sharp: what came without loss is kept without loss.
 * @throws AppError file-unreadable
 */
export const convertPicture = async (
  source: string,
  output: string,
): Promise<{ width: number; height: number }> => {
  try {
    const picture = sharp(source, { limitInputPixels: MOST_PIXELS, failOn: 'error' })
    const { format } = await picture.metadata()
    const { width, height } = await picture
      .autoOrient()
      .resize({ width: WIDEST, height: HIGHEST, fit: 'inside', withoutEnlargement: true })
      .webp(format === 'png' ? { lossless: true } : { quality: 90 })
      .toFile(output)
    return { width, height }
  } catch (cause) {
    throw unreadable(cause)
  }
}

/** Writes the small picture that the library shows. @throws AppError file-unreadable */
export const writeThumbnail = async (source: string, output: string): Promise<void> => {
  try {
    await sharp(source, { limitInputPixels: MOST_PIXELS })
      .resize({ width: THUMBNAIL_WIDTH, withoutEnlargement: true })
      .webp({ quality: 75 })
      .toFile(output)
  } catch (cause) {
    throw unreadable(cause)
  }
}
