import { createWriteStream } from 'node:fs'
import { rm } from 'node:fs/promises'
import { Readable, Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { AppError } from '#protocol'
import { isDiskFull } from '../ground/named-failure.ts'

const megabytes = (bytes: number): string => `${Math.floor(bytes / 1_000_000)} MB`

/**
 * Writes a request's body to a file as it comes, never holding it in memory. What broke off or is
 * too large leaves nothing behind.
 * @throws AppError file-empty, file-too-large, file-cut-short, server-disk-full
 */
export const receiveFile = async (
  request: Request,
  path: string,
  maxBytes: number,
): Promise<{ bytes: number }> => {
  const announced = request.headers.get('content-length')
  const tooLarge = () => new AppError('file-too-large', { limit: megabytes(maxBytes) })
  if (Number(announced ?? 0) > maxBytes) throw tooLarge()
  if (!request.body) throw new AppError('file-empty')
  let bytes = 0
  const count = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length
      if (bytes > maxBytes) done(tooLarge())
      else done(null, chunk)
    },
  })
  try {
    await pipeline(Readable.fromWeb(request.body as never), count, createWriteStream(path))
    if (bytes === 0) throw new AppError('file-empty')
    if (announced !== null && Number(announced) !== bytes) throw new AppError('file-cut-short')
  } catch (cause) {
    await rm(path, { force: true })
    if (isDiskFull(cause)) throw new AppError('server-disk-full', {}, { cause })
    throw cause instanceof AppError ? cause : new AppError('file-cut-short', {}, { cause })
  }
  return { bytes }
}
