import { spawn } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { AppError, type SignedNote } from '#protocol'

/** An authority that puts its own time to bytes (RFC 3161). */
export type TimestampAuthority = {
  /**
   * @returns its answer, DER in base64, verified against the configured certificates
   * @throws where it does not answer, or with something that does not verify
   */
  stamp: (note: SignedNote) => Promise<string>
}

/** A day that the authority did not stamp is asked for again every night; no longer than this. */
export const STAMPED_WITHIN_DAYS = 7

const TIMEOUT_MS = 30_000
/** Answers hold a chain of certificates at most. */
const LARGEST_ANSWER_BYTES = 100_000

const openssl = (args: readonly string[]): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    const child = spawn('openssl', args, { stdio: ['ignore', 'pipe', 'pipe'], timeout: TIMEOUT_MS })
    const out: Buffer[] = []
    let said = ''
    child.stdout.on('data', (chunk: Buffer) => out.push(chunk))
    child.stderr.on('data', (chunk: Buffer) => {
      said += chunk.toString()
    })
    child.on('error', (cause) => {
      const remedy = 'apt-get install openssl'
      const params = { program: 'openssl', detail: cause.message, remedy }
      reject(new AppError('program-missing', params, { cause }))
    })
    child.on('close', (code) => {
      if (code === 0) resolve(Buffer.concat(out))
      else reject(new Error(`openssl ${args[0]} ${args[1]}: ${said.trim().slice(-500)}`))
    })
  })

/** @throws Error where more arrives than a time stamp can be: the rest is not read */
const wholeAnswer = async (response: Response): Promise<Buffer> => {
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of response.body ?? []) {
    bytes += chunk.length
    if (bytes > LARGEST_ANSWER_BYTES) throw new Error(`${response.url} answered too much`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

/**
 * An authority that answers over HTTP.
 * @param url of the authority
 * @param caFile PEM of the certificates that its signing certificate must lead to
 */
export const createTimestampAuthority = (url: string, caFile: string): TimestampAuthority => ({
  async stamp(note) {
    const folder = await mkdtemp(join(tmpdir(), 'loabang-stamp-'))
    try {
      const [data, query, answer] = ['note', 'query', 'answer'].map((name) =>
        join(folder, name),
      ) as [string, string, string]
      await writeFile(data, note)
      const request = await openssl(['ts', '-query', '-data', data, '-sha256', '-cert'])
      await writeFile(query, request)
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/timestamp-query' },
        body: new Uint8Array(request),
        signal: AbortSignal.timeout(TIMEOUT_MS),
      })
      if (!response.ok) throw new Error(`${url} answered ${response.status}`)
      const bytes = await wholeAnswer(response)
      await writeFile(answer, bytes)
      // Checks signature, chain, purpose, nonce and that it stamped just these bytes.
      await openssl(['ts', '-verify', '-queryfile', query, '-in', answer, '-CAfile', caFile])
      return bytes.toString('base64')
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  },
})
