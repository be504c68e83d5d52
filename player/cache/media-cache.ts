import type { Logger } from 'pino'
import type { DurationMs, EpochMs, Sha256 } from '#protocol'
import { download, hashFile, type Outcome, sizeOf } from './download.ts'
import type { Need } from './needs.ts'
import { openShelf } from './shelf.ts'
import { type FetchRules, fetchDelay } from './when-to-fetch.ts'

export type MediaCacheDeps = {
  folder: string
  server: string
  log: Logger
  /** What it goes by in time; it may be off where nothing better is known. */
  now: () => EpochMs
  /** Where on the local day an instant lies; undefined where that is not known. */
  dayMs?: (at: EpochMs) => number | undefined
  rules?: FetchRules
  /** Ceiling of all downloads together; undefined: none. */
  bytesPerSecond?: number | undefined
  /** What no plan needs is kept as long as all files together are not larger. */
  budgetBytes?: number
  /** Told when a file has come or gone. */
  onChange: () => void
  /** A file was not what its name says: on this disk, or as the server sent it. */
  onBad?: (what: 'corrupt' | 'refused', sha256: Sha256) => void
  /** There is no room for what a plan needs, or there is again. */
  onDisk?: (state: 'full' | 'free', freeBytes: number) => void
}

const FIRST_RETRY_MS = 2_000
const LONGEST_RETRY_MS = 300_000
/** Windows and turns are looked at again at least this often: clocks are set, plans change. */
const LOOK_AGAIN_MS = 60_000
const DEFAULT_BUDGET_BYTES = 4_000_000_000

export type MediaCache = ReturnType<typeof createMediaCache>

/** Media on the device's own disk: fetched ahead, kept as long as a plan needs them, checked before use. */
export const createMediaCache = (deps: MediaCacheDeps) => {
  const { folder, server, log, now, onChange } = deps
  const budgetBytes = deps.budgetBytes ?? DEFAULT_BUDGET_BYTES
  const shelf = openShelf(folder)
  let needs: readonly Need[] = []
  const knownAt = new Map<Sha256, EpochMs>()
  /** Files that could not be had, and when to ask for them again (monotonic ms). */
  const refused = new Map<Sha256, { failures: number; notBefore: number }>()
  /** What is here, and which arrival it is. */
  const ready = new Map<Sha256, number>()
  let arrivals = 0
  let problem: 'disk-full' | 'unreachable' | null = null
  let isFetching = false
  let isClearing = false
  /** What is being fetched: it is nobody's to throw away. */
  let fetching: Sha256 | undefined
  let changing: Promise<unknown> = Promise.resolve()
  let isClosed = false
  let failures = 0
  let timer: NodeJS.Timeout | undefined
  const aborter = new AbortController()

  const arrived = (sha256: Sha256) => {
    if (!ready.has(sha256)) ready.set(sha256, ++arrivals)
  }

  const retryDelay = (count: number): DurationMs =>
    Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** Math.min(count, 20))

  const later = (delayMs: DurationMs) => {
    clearTimeout(timer)
    if (!isClosed)
      timer = setTimeout(() => void fetchMissing(), Math.min(delayMs, LONGEST_RETRY_MS))
  }

  const delayOf = ({ sha256, neededAt }: Need): DurationMs => {
    const held = (refused.get(sha256)?.notBefore ?? 0) - performance.now()
    const at = now()
    const turn = deps.rules
      ? fetchDelay(deps.rules, neededAt, knownAt.get(sha256) ?? at, at, deps.dayMs?.(at))
      : 0
    return Math.max(0, held, turn)
  }

  const setProblem = async (found: typeof problem) => {
    if (found === problem) return
    const wasFull = problem === 'disk-full'
    problem = found
    const free = await shelf.freeBytes().catch(() => 0)
    if (found === 'disk-full') deps.onDisk?.('full', free)
    else if (wasFull) deps.onDisk?.('free', free)
    onChange()
  }

  const kept = () => new Set(needs.map(({ sha256 }) => sha256))

  /** Files that may not be removed: what is being fetched lies under two names in turn. */
  const spared = (names: Iterable<Sha256>) =>
    new Set(fetching === undefined ? names : [...names, fetching])

  /** Looks what of the needs is on disk. What arrives meanwhile is here, though it was not seen. */
  const look = async (): Promise<void> => {
    const seen = arrivals
    const present = await shelf.present()
    const names = kept()
    for (const { sha256, bytes } of needs) {
      if (present.get(sha256) === bytes) arrived(sha256)
      else if ((ready.get(sha256) ?? 0) <= seen) ready.delete(sha256)
    }
    for (const name of [...ready.keys()]) if (!names.has(name)) ready.delete(name)
  }

  /** One after the other: what is ready is worked out from what lies in the folder. */
  const inTurn = (change: () => Promise<void>): Promise<void> => {
    const done = changing.then(change)
    changing = done.catch(() => {})
    return done
  }

  const fetchOne = async ({ sha256, bytes }: Need): Promise<Outcome> => {
    const missing = bytes - (await sizeOf(`${shelf.pathOf(sha256)}.part`))
    await shelf.evict(spared(kept()), () => shelf.hasRoom(missing))
    if (!(await shelf.hasRoom(missing)))
      return { what: 'disk-full', error: new Error('no room for it') }
    return download({
      url: new URL(`/media/${sha256}`, server),
      sha256,
      bytes,
      path: shelf.pathOf(sha256),
      bytesPerSecond: deps.bytesPerSecond,
      signal: aborter.signal,
    })
  }

  /** @returns whether to go on with the next one at once */
  const fetched = async ({ sha256 }: Need, outcome: Outcome): Promise<boolean> => {
    if (isClosed) return false
    if (outcome.what === 'done') {
      failures = 0
      refused.delete(sha256)
      arrived(sha256)
      await setProblem(null)
      onChange()
      return true
    }
    log.warn({ err: outcome.error, sha256, what: outcome.what }, 'a file could not be fetched')
    if (outcome.what === 'refused') {
      // One that the server does not have, or has damaged, keeps no other waiting.
      const count = refused.get(sha256)?.failures ?? 0
      refused.set(sha256, { failures: count + 1, notBefore: performance.now() + retryDelay(count) })
      if (count === 0) deps.onBad?.('refused', sha256)
      return true
    }
    await setProblem(outcome.what)
    later(retryDelay(failures++))
    return false
  }

  const fetchMissing = async (): Promise<void> => {
    if (isFetching || isClearing || isClosed) return
    isFetching = true
    try {
      for (;;) {
        if (isClearing) return
        const missing = needs.filter(({ sha256 }) => !ready.has(sha256))
        const delays = missing.map(delayOf)
        const next = missing[delays.findIndex((delayMs) => delayMs <= 0)]
        if (!next) {
          if (missing.length > 0) later(Math.min(LOOK_AGAIN_MS, ...delays))
          return
        }
        fetching = next.sha256
        if (!(await fetched(next, await fetchOne(next)))) return
      }
    } catch (error) {
      log.error(error, 'the cache failed')
      later(retryDelay(failures++))
    } finally {
      fetching = undefined
      isFetching = false
    }
  }

  return {
    /** Sets what must be on disk, soonest needed first, and begins to fetch what is not. */
    want: (wanted: readonly Need[]): Promise<void> =>
      inTurn(async () => {
        needs = wanted
        const names = kept()
        for (const { sha256 } of wanted) if (!knownAt.has(sha256)) knownAt.set(sha256, now())
        for (const known of [...knownAt.keys()]) if (!names.has(known)) knownAt.delete(known)
        await look()
        await shelf.touch(names)
        await shelf.evict(spared(names), (total) => total <= budgetBytes)
        onChange()
        void fetchMissing()
      }),

    /** The connection is back: no reason to wait any longer. */
    retryNow() {
      failures = 0
      refused.clear()
      void fetchMissing()
    },

    progress: () => ({
      ready: needs.filter(({ sha256 }) => ready.has(sha256)).length,
      needed: needs.length,
      problem,
    }),

    has: (sha256: Sha256): boolean => ready.has(sha256),

    /** Another number each time that a file comes; undefined while it is not here. */
    arrivalOf: (sha256: Sha256): number | undefined => ready.get(sha256),

    pathOf: shelf.pathOf,

    /**
     * Hashes a file again, right before it is used. One that changed on disk is thrown away and
     * fetched again. gone: it was thrown away meanwhile, or was never here.
     */
    async check(sha256: Sha256): Promise<'intact' | 'corrupt' | 'gone'> {
      const arrival = ready.get(sha256)
      if (arrival === undefined) return 'gone'
      const isIntact = (await hashFile(shelf.pathOf(sha256)).catch(() => '')) === sha256
      if (isIntact) return 'intact'
      if (ready.get(sha256) !== arrival) return 'gone'
      ready.delete(sha256)
      await shelf
        .remove(sha256)
        .catch((error) => log.error(error, 'a damaged file could not be removed'))
      deps.onBad?.('corrupt', sha256)
      onChange()
      // It is needed this very moment: no turn, no window.
      needs = needs.map((need) => (need.sha256 === sha256 ? { ...need, neededAt: now() } : need))
      void fetchMissing()
      return 'corrupt'
    },

    /** Throws everything away except the file that is being fetched, and fetches again what is needed. */
    clear: (): Promise<void> =>
      inTurn(async () => {
        isClearing = true
        ready.clear()
        try {
          await shelf.evict(spared([]), () => false)
        } finally {
          isClearing = false
          await look()
          onChange()
          void fetchMissing()
        }
      }),

    close() {
      isClosed = true
      clearTimeout(timer)
      aborter.abort()
    },
  }
}
