import { randomBytes } from 'node:crypto'
import { request } from 'node:https'
import { CLOCK_TYPE, ClockAnswer, SealedClock } from '#protocol'
import type { ClockSample } from '../time/clock-offset.ts'
import { monotonicMs } from '../time/monotonic.ts'
import type { Seals } from '../trust/seals.ts'

const ANSWER_MS = 10_000
const MOST_BYTES = 20_000

const textOf = (url: URL): Promise<string> =>
  new Promise((resolve, reject) => {
    const signal = AbortSignal.timeout(ANSWER_MS)
    // The certificate decides nothing here: the seal does, and no secret is sent to the peer.
    const asking = request(url, { rejectUnauthorized: false, signal, agent: false }, (answer) => {
      let text = ''
      answer.setEncoding('utf8')
      answer.on('data', (chunk: string) => {
        text += chunk
        if (text.length > MOST_BYTES) asking.destroy(new Error('the answer is too long'))
      })
      answer.on('end', () => resolve(text))
      answer.on('error', reject)
    })
    asking.on('error', reject)
    asking.end()
  })

/**
 * Asks for the time where this machine's clock is so wrong that no certificate is valid by it. Only what
 * the ledger's key sealed over our own nonce is taken.
 * @returns undefined where it was not
 */
export const askSealedTime = async (
  server: string,
  seals: Pick<Seals, 'open'>,
): Promise<ClockSample | undefined> => {
  const url = new URL('/api/player/time', server)
  if (url.protocol !== 'https:') return undefined
  const nonce = randomBytes(16).toString('base64')
  url.searchParams.set('nonce', nonce)
  const sentAt = monotonicMs()
  const text = await textOf(url)
  const receivedAt = monotonicMs()
  const { seal } = ClockAnswer.parse(JSON.parse(text))
  const sealed = seal && seals.open(CLOCK_TYPE, seal, SealedClock)
  if (sealed?.nonce !== nonce) return undefined
  const { receivedAt: serverReceivedAt, sentAt: serverSentAt } = sealed
  return { sentAt, receivedAt, serverReceivedAt, serverSentAt }
}
