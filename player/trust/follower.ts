import type { Logger } from 'pino'
import type {
  Desired,
  Envelope,
  EpochMs,
  JournalEvent,
  Manifest,
  ManifestRefusal,
  Revision,
} from '#protocol'
import { monotonicMs } from '../time/monotonic.ts'
import { accept, type Trust } from './accept.ts'
import { followKeys } from './follow-keys.ts'
import type { createPlanStore } from './plan-store.ts'
import { openTrustStore } from './trust-store.ts'
import { wholeOf } from './whole.ts'

const PLANS_RETRY_MS = 5_000
/** Bytes under a wrong name come from whatever stands in between: it may be gone later. */
const WRONG_BYTES_RETRY_MS = 60_000
/** The same refusal is written down this often, however often it is given a reason: a disk is finite. */
const SAME_REFUSAL_MS = 10 * 60_000

export type FollowerDeps = {
  folder: string
  /** What is trusted from enrolment on. */
  pinned: Trust
  plans: ReturnType<typeof createPlanStore>
  now: () => EpochMs | undefined
  log: Logger
  /** Something for the journal has happened. */
  record: (event: JournalEvent) => void
  /** A difference does not fit what is held: the manifest is wanted whole. */
  onUnfit: () => void
  onRefused: (refusal: ManifestRefusal, revision: Revision | null) => void
  onApplied: (manifest: Manifest, isNew: boolean) => void
}

/**
 * Follows what the server wants of this device, as far as it may: keys along their chain, then the
 * manifest, then its plans. Only what has passed all of it is kept, in one stroke, and never goes
 * back.
 */
export const createFollower = (deps: FollowerDeps) => {
  const { plans, log, record } = deps
  const store = openTrustStore(deps.folder, deps.pinned)
  let trust = store.trust
  let refusal: ManifestRefusal | null = null
  let wanted: Desired | undefined
  let retry: NodeJS.Timeout | undefined
  /** When each refusal was written down last (monotonic ms). */
  const recorded = new Map<string, number>()

  const refuse = (name: ManifestRefusal, revision: Revision | null) => {
    log.error({ refusal: name, revision }, 'a manifest was refused')
    refusal = name
    const same = `${name} ${revision}`
    const nowMono = monotonicMs()
    if (nowMono - (recorded.get(same) ?? Number.NEGATIVE_INFINITY) > SAME_REFUSAL_MS) {
      recorded.set(same, nowMono)
      record({ kind: 'refusal', refusal: name, revision })
    }
    deps.onRefused(name, revision)
  }

  const again = (desired: Desired, delayMs: number) => {
    clearTimeout(retry)
    retry = setTimeout(() => follow(desired), delayMs)
  }

  const take = (next: Trust, manifest: Manifest, envelope: Envelope) => {
    const isNew = trust.applied?.payload !== envelope.payload
    const hasFollowed = next.keysVersion > trust.keysVersion
    const applied = { revision: manifest.revision, payload: envelope.payload }
    if (isNew || hasFollowed) store.save({ ...next, applied }, envelope)
    // Only what is on disk counts: where it cannot be written all of this is done again.
    trust = { ...next, applied }
    if (isNew) recorded.clear()
    if (hasFollowed) record({ kind: 'keys', what: 'followed', version: trust.keysVersion })
    plans.keepOnly(manifest)
    refusal = null
    log.info({ revision: manifest.revision, days: manifest.days.length }, 'manifest in force')
    deps.onApplied(manifest, isNew)
  }

  const attempt = async (desired: Desired): Promise<void> => {
    wanted = desired
    clearTimeout(retry)
    const keys = followKeys(trust, desired.keys)
    if (!keys.ok) return refuse(keys.refusal, null)
    const envelope = wholeOf(desired, trust.applied)
    const verdict = accept(keys.trust, envelope, deps.now())
    const isUnfit = !verdict.ok && ['signature', 'format'].includes(verdict.refusal)
    if (!envelope || (isUnfit && 'difference' in desired)) return deps.onUnfit()
    if (!verdict.ok) return refuse(verdict.refusal, verdict.revision)
    const { manifest } = verdict
    let wrong: ManifestRefusal | undefined
    try {
      wrong = await plans.complete(manifest)
    } catch (error) {
      log.warn(error, 'plans could not be fetched; tried again')
      if (wanted === desired) again(desired, PLANS_RETRY_MS)
      return undefined
    }
    if (wanted !== desired) return undefined
    if (wrong) {
      if (wrong === 'hash') again(desired, WRONG_BYTES_RETRY_MS)
      return refuse(wrong, manifest.revision)
    }
    return take(keys.trust, manifest, envelope)
  }

  /**
   * Takes what the server wants of us, if it may be taken; only the last order counts. Never rejects:
   * what fails here (a full disk) is tried again.
   */
  const follow = (desired: Desired): Promise<void> =>
    attempt(desired).catch((error) => {
      log.error(error, 'a manifest could not be put in force; tried again')
      if (wanted === desired) again(desired, PLANS_RETRY_MS)
    })

  return {
    follow,

    /** Puts in force what was in force before the player started, without asking anybody. */
    resume(): void {
      if (store.wasLost) {
        log.error('what was trusted cannot be read any more; back to the keys of enrolment')
        record({ kind: 'keys', what: 'reset', version: trust.keysVersion })
      }
      if (!store.manifest) return
      // The time may not be known yet; what has expired is not played anyway.
      const verdict = accept(trust, store.manifest, undefined)
      if (verdict.ok) deps.onApplied(verdict.manifest, false)
      else refuse(verdict.refusal, verdict.revision)
    },

    /** What came says nothing that can be read: told like any other refusal. */
    refuseUnreadable: () => refuse('format', null),

    refusal: () => refusal,
    appliedRevision: (): Revision | null => trust.applied?.revision ?? null,
    keysVersion: () => trust.keysVersion,

    close() {
      clearTimeout(retry)
    },
  }
}
