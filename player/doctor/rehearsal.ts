import { createHash } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Logger } from 'pino'
import { timelineOf } from '#playlists/timeline'
import {
  AreaId,
  type Channel,
  type DeviceId,
  JournalRecord,
  type Manifest,
  NO_RECORD,
  type PlanItem,
  type Play,
  type Sha256,
} from '#protocol'
import { createMediaCache } from '../cache/media-cache.ts'
import { ownItem } from '../command/own-item.ts'
import { type Conductor, type ConductorDeps, createConductor } from '../conduct/conductor.ts'
import { openJournal } from '../journal/journal.ts'
import { reasonOf, type Stage } from '../stage/stage.ts'
import type { Clock } from '../time/clock.ts'
import { monotonicMs } from '../time/monotonic.ts'

const VOLUME = 60
/** From the plan to its first item: enough to decode it, and to prepare it on the stage. */
const AHEAD_MS = 4_000
/** So long after its planned end a play may lack its record. */
const PATIENCE_MS = 8_000
const RESERVE_BYTES = 100_000
const NOWHERE = AreaId.parse('00000000-0000-7000-8000-000000000000')

const hashOf = (bytes: string | Uint8Array): Sha256 =>
  createHash('sha256').update(bytes).digest('hex') as Sha256

/** A clock by which a test can be played although the time is not known; what it is worth stays said. */
const steady = (clock: Clock): Clock => {
  if (clock.now() !== undefined) return clock
  const offset = Date.now() - monotonicMs()
  return {
    ...clock,
    now: () => monotonicMs() + offset,
    toMono: (at) => at - offset,
    fromMono: (mono) => mono + offset,
  }
}

export type RehearsalDeps = {
  /** A folder on the disk of the device's own data, to be thrown away. */
  folder: string
  deviceId: DeviceId
  deviceName: string
  clock: Clock
  log: Logger
}

export type Rehearsal = ReturnType<typeof openRehearsal>

/**
 * A performance for nobody: what a plan goes through, from the verified file over the conductor and
 * the stage into a journal, in a folder of its own. The device's own journal holds what was
 * broadcast, and this was not.
 */
export const openRehearsal = (deps: RehearsalDeps) => {
  const { folder, deviceId, deviceName, log } = deps
  const clock = steady(deps.clock)
  const path = join(folder, 'journal.db')
  const journal = openJournal<Play>(path, deviceId, { reserveBytes: RESERVE_BYTES })
  const now = () => Math.round(clock.now() ?? 0)
  const cache = createMediaCache({
    folder: join(folder, 'media'),
    // Everything is here already: nothing is fetched.
    server: 'http://127.0.0.1:9',
    log,
    now,
    onChange() {},
  })
  const conductors: Conductor[] = []

  const recordsOf = (from: ReturnType<typeof openJournal<Play>>): string[] =>
    from.unsent(1_000).records

  /** Reads a journal as a stranger would. @throws Error where it does not hold together */
  const playsIn = (records: readonly string[]): Play[] => {
    let prev: Sha256 = NO_RECORD
    return records.flatMap((bytes, index) => {
      const record = JournalRecord.parse(JSON.parse(bytes))
      if (record.prev !== prev || record.seq !== index) throw new Error(`chain broken at ${index}`)
      prev = hashOf(bytes)
      return record.event.kind === 'play' ? [record.event.play] : []
    })
  }

  return {
    /**
     * Opens a channel with the stage that the player would use, and waits until that has an output.
     * @returns why it has none, where it has none within this time
     */
    async openChannel<S extends Stage>(
      channel: Channel,
      patienceMs: number,
      openStage: ConductorDeps<S>['openStage'],
    ): Promise<{ conductor: Conductor & { stage: S } } | { fault: string }> {
      let fault = ''
      const stamp = () => ({ at: now(), clock: clock.state() })
      const conductor = createConductor<S>({
        ...{ channel, clock, cache, journal, stamp, log },
        openStage: (events) =>
          openStage({
            ...events,
            onFault(now) {
              if (now) fault = reasonOf(now)
              events.onFault(now)
            },
          }),
        onChange() {},
        onRecord() {},
      })
      conductors.push(conductor)
      for (let waited = 0; conductor.stage.output() === null; waited += 50) {
        if (waited >= patienceMs) return { fault }
        await new Promise((resolve) => setTimeout(resolve, 50))
      }
      return { conductor }
    },

    clock,

    /** Lays a file among the media. @returns what a plan says of it */
    bring(
      bytes: Uint8Array,
      about: Pick<PlanItem, 'mime' | 'kind' | 'title' | 'durationMs'>,
    ): PlanItem {
      const sha256 = hashOf(bytes)
      writeFileSync(cache.pathOf(sha256), bytes)
      return ownItem({ ...about, sha256 })
    },

    /**
     * Plays one item by a plan made for it, and waits for its record.
     * @returns what the journal says of it, or undefined where it says nothing
     */
    async play(conductor: Conductor, channel: Channel, item: PlanItem): Promise<Play | undefined> {
      const from = now() + AHEAD_MS
      const { size: bytes } = await stat(cache.pathOf(item.sha256))
      await cache.want([{ sha256: item.sha256, bytes, neededAt: from }])
      const because = {
        schedules: [item.schedule],
        priority: 'normal' as const,
        overrode: [],
        breaks: [],
      }
      const segment = { from: 0, to: item.durationMs, anchor: 0, repeat: false, items: [item] }
      const segments = [{ ...segment, volume: VOLUME, because }]
      const sha256 = hashOf(JSON.stringify(segments))
      const endsAt = from + item.durationMs
      const manifest: Manifest = {
        v: 1,
        deviceId,
        revision: 0,
        issuedAt: now(),
        playUntil: endsAt + PATIENCE_MS,
        device: {
          name: deviceName,
          area: { id: NOWHERE, code: '', path: [deviceName] },
          timeZone: 'UTC',
          channels: [channel],
          canvas: null,
        },
        days: [],
        media: [],
        relayHosts: [],
      }
      conductor.setPlan(timelineOf([{ startsAt: from, sha256, segments }]), manifest)
      for (;;) {
        const found = playsIn(recordsOf(journal)).find((play) => play.plannedStartAt === from)
        if (found || now() > endsAt + PATIENCE_MS) return found
        await new Promise((resolve) => setTimeout(resolve, 100))
      }
    },

    /**
     * Closes the journal and opens it again, as after a restart.
     * @returns the plays that are in it then
     * @throws Error where it does not hold together
     */
    async readAgain(): Promise<Play[]> {
      for (const conductor of conductors) await conductor.close()
      cache.close()
      journal.shut()
      const again = openJournal<Play>(path, deviceId, { reserveBytes: RESERVE_BYTES })
      try {
        if (again.leftOpen().length > 0) throw new Error('a play was left open')
        return playsIn(recordsOf(again))
      } finally {
        again.shut()
      }
    },
  }
}
