import { createHash } from 'node:crypto'
import type { Manifest, ManifestRefusal, Sha256 } from '#protocol'
import { PlayedPlan } from './played-plan.ts'

const parse = (text: string): PlayedPlan | undefined => {
  try {
    return PlayedPlan.safeParse(JSON.parse(text)).data
  } catch {
    return undefined
  }
}

/** Whether bytes are those of a name. */
export const isNamed = (text: string, sha256: Sha256): boolean =>
  createHash('sha256').update(text, 'utf8').digest('hex') === sha256

/**
 * Whether plans are those that a manifest names, and ask for nothing that it does not list. Pure.
 * @param textOf the bytes that came under a name
 * @returns why not, by name; undefined where they are
 */
export const checkPlans = (
  manifest: Manifest,
  textOf: (sha256: Sha256) => string | undefined,
): ManifestRefusal | undefined => {
  const listed = new Set<Sha256>(manifest.media.map(({ sha256 }) => sha256))
  const named = new Set(manifest.days.flatMap(({ plans }) => Object.values(plans)))
  for (const sha256 of named) {
    const text = textOf(sha256)
    if (text === undefined || !isNamed(text, sha256)) return 'hash'
    const plan = parse(text)
    if (!plan) return 'format'
    const items = plan.segments.flatMap((segment) => segment.items)
    // A relay has no bytes that could be listed.
    if (!items.every(({ kind, sha256 }) => kind === 'relay' || listed.has(sha256))) return 'scope'
  }
  return undefined
}
