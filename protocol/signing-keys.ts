import { z } from 'zod'
import { EpochMs } from './units.ts'

/** Ed25519 public key, SPKI in base64. */
export const PublicKey = z.base64().max(200)

/** A key whose manifests devices take, and its name. */
export const TrustedKey = z.object({ keyid: z.string().max(64), publicKey: PublicKey })
export type TrustedKey = z.infer<typeof TrustedKey>

/**
 * Which keys sign manifests from now on: a link of a chain. Link n + 1 is signed by a key that was
 * trusted after link n, and by the first of its own keys. A device that was away follows the links
 * one after another.
 */
export const KeyStatement = z.object({
  v: z.literal(1),
  version: z.int().positive(),
  /** SHA-256 of the payload of the link before; null in the first. */
  prev: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .nullable(),
  issuedAt: EpochMs,
  keys: z.array(TrustedKey).min(1).max(8),
  /** Taken out of use with this link, for good. */
  revoked: z.array(TrustedKey).max(8),
})
export type KeyStatement = z.infer<typeof KeyStatement>

/** The key that signs manifests, and how often it was changed. */
export const SigningKeyState = z
  .object({ keyid: z.string(), publicKey: PublicKey, version: z.int().nonnegative() })
  .meta({ id: 'SigningKeyState' })
export type SigningKeyState = z.infer<typeof SigningKeyState>
