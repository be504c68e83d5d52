import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { Envelope, Revision, Sha256, TrustedKey } from '#protocol'
import type { Trust } from './accept.ts'
import { replaceFile } from './replace-file.ts'

/** All that must never go backwards, in one file: keys and the manifest that they signed. */
const Held = z.object({
  keys: z.array(TrustedKey).min(1),
  revoked: z.array(TrustedKey),
  keysVersion: z.int().nonnegative(),
  keysHead: Sha256.nullable(),
  revision: Revision.nullable(),
  manifest: Envelope.nullable(),
})
type Held = z.infer<typeof Held>

const Slot = z.object({ count: z.int().positive(), sha256: z.string(), body: z.string() })

/** Two places, written in turn: one is always whole, whatever becomes of the other. */
const SLOTS = ['trust.a.json', 'trust.b.json'] as const

const hashOf = (text: string): string => createHash('sha256').update(text, 'utf8').digest('hex')

const read = (path: string): { count: number; held: Held } | undefined => {
  try {
    const slot = Slot.parse(JSON.parse(readFileSync(path, 'utf8')))
    if (hashOf(`${slot.count} ${slot.body}`) !== slot.sha256) return undefined
    return { count: slot.count, held: Held.parse(JSON.parse(slot.body)) }
  } catch {
    return undefined
  }
}

/**
 * What a device trusts, on its own disk; it survives a power cut in the middle of writing.
 * @param pinned what is trusted where nothing was kept: the keys of enrolment
 */
export const openTrustStore = (folder: string, pinned: Trust) => {
  const paths = SLOTS.map((name) => join(folder, name))
  const slots = paths.map(read).filter((slot) => slot !== undefined)
  const newest = slots.toSorted((a, b) => b.count - a.count)[0]
  const held = newest?.held
  let count = newest?.count ?? 0

  const applied =
    held?.manifest && held.revision !== null
      ? { revision: held.revision, payload: held.manifest.payload }
      : undefined

  return {
    trust: held
      ? {
          ...pinned,
          keys: held.keys,
          revoked: held.revoked,
          keysVersion: held.keysVersion,
          keysHead: held.keysHead,
          applied,
        }
      : pinned,
    /** The manifest that was accepted last, as it came. */
    manifest: held?.manifest ?? undefined,
    /** Something had been kept, and none of it can be read any more. */
    wasLost: newest === undefined && paths.some((path) => existsSync(path)),

    /** Keeps what is trusted from now on. Done means on disk. */
    save(trust: Trust, manifest: Envelope | undefined): void {
      const body: Held = {
        keys: [...trust.keys],
        revoked: [...trust.revoked],
        keysVersion: trust.keysVersion,
        keysHead: trust.keysHead,
        revision: trust.applied?.revision ?? null,
        manifest: manifest ?? null,
      }
      count += 1
      const text = JSON.stringify(body)
      const slot = { count, sha256: hashOf(`${count} ${text}`), body: text }
      replaceFile(paths[count % paths.length] as string, JSON.stringify(slot))
    },
  }
}
