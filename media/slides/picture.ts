import { AppError } from '#protocol'
import { MOST_PICTURE_PIXELS, PICTURE_SECONDS } from '../ingest/limits.ts'

const WIDEST = 3840
const HIGHEST = 2160
const THUMBNAIL_WIDTH = 480

type Sharp = typeof import('sharp')['default']

const load = async (): Promise<Sharp> => {
  let sharp: Sharp
  try {
    sharp = (await import('sharp')).default
  } catch (cause) {
    const detail = cause instanceof Error ? cause.message.split('\n')[0]?.slice(0, 200) : ''
    throw new AppError('pictures-impossible', { detail: detail ?? '' }, { cause })
  }
  // Loaders that no board needs are doors that nobody watches.
  sharp.block({ operation: ['VipsForeignLoad'] })
  sharp.unblock({
    operation: ['VipsForeignLoadPng', 'VipsForeignLoadJpeg', 'VipsForeignLoadWebp'],
  })
  // One picture at a time: memory on a small server matters more than speed here.
  sharp.concurrency(1)
  return sharp
}

let loading: Promise<Sharp> | undefined

/** The library, when it is needed: where the processor lacks what it takes, sounds are read all the same. */
const library = (): Promise<Sharp> => {
  loading ??= load()
  return loading
}

const refusalOf = (cause: unknown): AppError => {
  if (cause instanceof AppError) return cause
  const detail = cause instanceof Error ? cause.message.slice(0, 200) : String(cause)
  return new AppError('file-unreadable', { detail }, { cause })
}

/**
 * Writes a picture anew as WebP, upright, without metadata, at most 3840 × 2160. Text drawn in a PNG
 * stays sharp: what came without loss is kept without loss.
 * @throws AppError file-unreadable, picture-too-large, pictures-impossible
 */
export const convertPicture = async (
  source: string,
  output: string,
): Promise<{ width: number; height: number }> => {
  const sharp = await library()
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

/** Writes the small picture that the library shows. @throws AppError file-unreadable, pictures-impossible */
export const writeThumbnail = async (source: string, output: string): Promise<void> => {
  const sharp = await library()
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
