import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { clips, deviceFolder, segmentOf } from '../support/device-folder.ts'
import { needs } from '../support/needs.ts'
import { eventsOf, journalOf, startPlayerProcess } from '../support/player-process.ts'
import { tempFolder } from '../support/temp-folder.ts'
import { until } from '../support/until.ts'

/** The real player under the real libfaketime: its system clock says what a test says. */

const DAY_MS = 86_400_000
const HOUR_MS = 3_600_000
/** The library that faketime preloads, as it tells the program that it starts. */
const library = () => {
  const told = [process.execPath, '-p', 'process.env.LD_PRELOAD']
  return execFileSync('faketime', ['-f', '+0', ...told], { encoding: 'utf8' }).trim()
}

const ITEM_MS = 1_500

/** A device that plays one clip after another, all day; its first day began this morning. */
const device = (knewTheTime: { at: number; bootId?: string } | undefined) => {
  const folder = join(tempFolder(), 'player')
  const items = clips(tempFolder(), [ITEM_MS, ITEM_MS])
  const startsAt = Math.floor(Date.now() / DAY_MS) * DAY_MS - DAY_MS
  deviceFolder(folder, { startsAt, days: 35, items, segments: [segmentOf(items, 0, DAY_MS)] })
  if (knewTheTime) {
    const { at, bootId = 'an earlier one' } = knewTheTime
    writeFileSync(
      join(folder, 'clock.json'),
      JSON.stringify({ serverTime: at, systemAhead: 0, errorMs: 5, bootId, uptime: 1_000 }),
    )
  }
  return folder
}

/** @param shift by how much the system's clock is off, as libfaketime writes it; may be changed later */
const run = (folder: string, shift: string) => {
  const control = join(tempFolder(), 'faketime')
  const set = (to: string) => writeFileSync(control, `${to}\n`)
  set(shift)
  const player = startPlayerProcess(folder, {
    LD_PRELOAD: library(),
    FAKETIME_TIMESTAMP_FILE: control,
    // Every look at the clock reads the file anew.
    FAKETIME_NO_CACHE: '1',
    FAKETIME_DONT_FAKE_MONOTONIC: '1',
    TRUST_SYSTEM_CLOCK: 'yes',
    DISABLE_V8_COMPILE_CACHE: '1',
  })
  return { player, set }
}

const plays = (folder: string) => eventsOf(folder, 'play').map(({ play }) => play)
const seconds = (ms: number) => `${ms < 0 ? '-' : '+'}${Math.abs(Math.round(ms / 1000))}s`
const booted = (folder: string) => () => eventsOf(folder, 'boot').length > 0

/** Nothing was played twice, and all of it when the plan says, by the true time. */
const expectRightHours = (folder: string) => {
  const played = plays(folder).filter(({ startAt }) => startAt !== null)
  const slots = played.map(({ plannedStartAt, asset }) => `${plannedStartAt} ${asset.sha256}`)
  expect(new Set(slots).size).toBe(slots.length)
  for (const { plannedStartAt, startAt, outcome } of played) {
    expect(Math.abs(plannedStartAt - Date.now())).toBeLessThan(120_000)
    if (outcome === 'completed') expect(Math.abs((startAt ?? 0) - plannedStartAt)).toBeLessThan(500)
  }
}

describe('a box with a clock that lies', needs('faketime'), () => {
  test('dead battery: in 1970, and at the date of its image, it plays nothing and says so', async () => {
    for (const shows of [Date.parse('1970-01-02'), Date.parse('2013-11-18')]) {
      const folder = device({ at: Date.now() - HOUR_MS })
      const { player } = run(folder, seconds(shows - Date.now()))
      await until(booted(folder))
      await until(() => eventsOf(folder, 'clock').length > 0)
      await new Promise((resolve) => setTimeout(resolve, 3_000))
      await player.stop()
      expect(eventsOf(folder, 'clock')).toMatchObject([{ what: 'behind' }])
      expect(plays(folder)).toEqual([])
      // Records do not fall back into the past.
      for (const { at, clock } of journalOf(folder)) {
        expect(clock.grade).toBe('unknown')
        expect(Math.abs(at - (Date.now() - HOUR_MS))).toBeLessThan(60_000)
      }
    }
  })

  test('ten years ahead it plays nothing either', async () => {
    const folder = device({ at: Date.now() - HOUR_MS })
    const { player } = run(folder, seconds(10 * 365 * DAY_MS))
    await until(() => booted(folder)() && eventsOf(folder, 'clock').length > 0)
    await new Promise((resolve) => setTimeout(resolve, 2_000))
    await player.stop()
    expect(eventsOf(folder, 'clock')).toMatchObject([{ what: 'ahead' }])
    expect(plays(folder)).toEqual([])
  })

  test('right, it plays by it; set by an hour, a year and a leap second under a clip, it is not moved', async () => {
    const folder = device({ at: Date.now() - HOUR_MS })
    const { player, set } = run(folder, '+0s')
    const isWhole = () => plays(folder).findIndex(({ outcome }) => outcome === 'completed')
    await until(() => booted(folder)() && isWhole() >= 0, 60)
    for (const shift of [HOUR_MS, -HOUR_MS, 365 * DAY_MS, 0, -1_000]) {
      const before = plays(folder).length
      set(seconds(shift))
      await until(() => plays(folder).length >= before + 2)
    }
    await player.stop()
    expect(eventsOf(folder, 'clock').map(({ what }) => what)).toEqual(
      Array.from({ length: 5 }, () => 'system-set'),
    )
    expectRightHours(folder)
    // All but the first, which were joined, and the last, which was stopped, are whole.
    const told = plays(folder).map(({ outcome, cause }) => [outcome, cause])
    const whole = told.slice(isWhole(), -1)
    expect(whole).toEqual(whole.map(() => ['completed', null]))
  })

  test('killed, and started again with its clock an hour back: it counts on and plays nothing twice', async () => {
    const folder = device({ at: Date.now() - HOUR_MS })
    const first = run(folder, '+0s')
    await until(() => booted(folder)() && plays(folder).length >= 2, 60)
    // The time is saved when the player stops; after a kill the last minute's is counted on from.
    await first.player.stop()
    const second = run(folder, seconds(-HOUR_MS))
    await until(() => plays(folder).length >= 6, 60)
    await second.player.stop()
    expectRightHours(folder)
  })
})
