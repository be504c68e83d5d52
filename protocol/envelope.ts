import { z } from 'zod'

/** Bytes with signatures over them (DSSE 1.0): what is verified is what was signed, never a re-encoding. */
export const Envelope = z
  .object({
    payloadType: z.string(),
    /** base64 */
    payload: z.base64(),
    signatures: z.array(z.object({ keyid: z.string(), sig: z.base64() })).min(1),
  })
  .meta({ id: 'Envelope' })
export type Envelope = z.infer<typeof Envelope>

export const MANIFEST_TYPE = 'application/vnd.loabang.manifest.v1+json'
export const KEYS_TYPE = 'application/vnd.loabang.keys.v1+json'
export const HELLO_TYPE = 'application/vnd.loabang.hello.v1'
/** A body that a device posts, signed by its device key. */
export const POST_TYPE = 'application/vnd.loabang.post.v1'

/** The exact bytes that a signature covers: DSSE's pre-authentication encoding. */
export const signedBytes = (payloadType: string, payload: Uint8Array): Uint8Array => {
  const encoder = new TextEncoder()
  const type = encoder.encode(payloadType)
  const head = encoder.encode(`DSSEv1 ${type.length} ${payloadType} ${payload.length} `)
  const all = new Uint8Array(head.length + payload.length)
  all.set(head)
  all.set(payload, head.length)
  return all
}
