import { createHash } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { open, rename, rm, stat } from 'node:fs/promises'
import { Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Sha256 } from '#protocol'
import { get, RedirectRefused } from '../link/get.ts'
import { throttle } from './throttle.ts'

export type Download = {
  url: URL
  sha256: Sha256
  bytes: number
  /** Where the whole file will be; what there is of it lies beside, under `.part`. */
  path: string
  bytesPerSecond: number | undefined
  signal: AbortSignal
}

/**
 * done, or why not. unreachable: nobody answered, or not to the end. refused: what was answered is
 * not what was asked for. disk-full: there was no room for it.
 */
export type Outcome =
  | { what: 'done' }
  | { what: 'unreachable' | 'refused' | 'disk-full'; error: Error }

/** A server that sends nothing for so long is gone. */
const STALLED_MS = 30_000

export const hashFile = async (path: string): Promise<string> => {
  const hash = createHash('sha256')
  await pipeline(createReadStream(path), hash)
  return hash.digest('hex')
}

export const sizeOf = async (path: string): Promise<number> => {
  try {
    return (await stat(path)).size
  } catch {
    return 0
  }
}

class Refused extends Error {}

/** Ends a stream that brings more than was announced, or nothing for too long. */
const guarded = (most: number, giveUp: (error: Error) => void) => {
  let seen = 0
  const stalled = () => giveUp(new Error('nothing has come for too long'))
  let timer = setTimeout(stalled, STALLED_MS)
  const stream = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      clearTimeout(timer)
      timer = setTimeout(stalled, STALLED_MS)
      seen += chunk.length
      if (seen > most) done(new Refused('more came than the file has'))
      else done(null, chunk)
    },
  })
  stream.once('close', () => clearTimeout(timer))
  return stream
}

const fetchRest = async ({ url, bytes, path, bytesPerSecond, signal }: Download, have: number) => {
  const aborter = new AbortController()
  const giveUp = (error: Error) => aborter.abort(error)
  const response = await get(
    url,
    have > 0 ? { range: `bytes=${have}-` } : {},
    AbortSignal.any([signal, aborter.signal]),
  )
  const { statusCode, headers } = response
  const isRest = statusCode === 206
  const wrong =
    statusCode !== 200 && !isRest
      ? `HTTP ${statusCode}`
      : isRest && !headers['content-range']?.startsWith(`bytes ${have}-`)
        ? 'another range came than was asked for'
        : undefined
  if (wrong !== undefined) {
    response.destroy()
    throw new Refused(wrong)
  }
  await pipeline(
    response,
    guarded(isRest ? bytes - have : bytes, giveUp),
    throttle(bytesPerSecond),
    createWriteStream(path, { flags: isRest ? 'a' : 'w' }),
  )
}

/** Goes on where an earlier attempt broke off; what does not hash to its name is thrown away. */
const fetchWhole = async (download: Download): Promise<void> => {
  const { sha256, bytes, path } = download
  const partial = `${path}.part`
  let have = await sizeOf(partial)
  if (have > bytes) {
    await rm(partial, { force: true })
    have = 0
  }
  if (have < bytes) await fetchRest({ ...download, path: partial }, have)
  if ((await sizeOf(partial)) < bytes) throw new Error('the end of it did not come')
  if ((await hashFile(partial)) !== sha256) {
    await rm(partial, { force: true })
    throw new Refused('the bytes are not those of the name')
  }
  const file = await open(partial, 'r')
  await file.sync().finally(() => file.close())
  await rename(partial, path)
}

const isDiskFull = (error: Error): boolean =>
  ['ENOSPC', 'EDQUOT'].includes((error as NodeJS.ErrnoException).code ?? '')

/** Brings one file onto the disk, whole and verified. */
export const download = async (what: Download): Promise<Outcome> => {
  try {
    await fetchWhole(what)
    return { what: 'done' }
  } catch (cause) {
    const error = cause instanceof Error ? cause : new Error(String(cause))
    if (isDiskFull(error)) return { what: 'disk-full', error }
    const isRefused = error instanceof Refused || error instanceof RedirectRefused
    return { what: isRefused ? 'refused' : 'unreachable', error }
  }
}
