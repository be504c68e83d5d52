import type { AreaId, EpochMs, Grant, TimeZone } from '#protocol'
import type { Foresight } from '../programme/foresight.ts'
import type { Known } from '../programme/memory.ts'
import type { Seen } from '../programme/seen.ts'
import type { Store } from '../store/store.ts'

/** What a task stands on: the rows as they are when it begins. */
export type Ground = {
  known: Known
  foresight: Foresight
  store: Store
  seen: Seen
  /** Zone of the server's dates. */
  timeZone: TimeZone
}

/** Who asks, and when: rights are judged where the answer is worked out. */
export type Asker = { grants: readonly Grant[]; at: EpochMs }

export type Within = { areaId?: AreaId | undefined }
