import { v7 as uuid } from 'uuid'
import type { DeviceId, JournalRecord, Play, ThemeId } from '#protocol'
import { closeDay } from '../../server/evidence/day-root.ts'
import type { LedgerKey } from '../../server/evidence/ledger-key.ts'
import type { Store } from '../../server/store/store.ts'
import { aJournal, aPlay } from './builders.ts'
import { aBatch, anArrival } from './evidence.ts'

export const DAY_MS = 86_400_000
/** 00:00 on 11 November 2024 in Việt Nam. */
export const FIRST_DAY = 1_731_258_000_000
export const THEMES = ['1.1', '1.2'].map((code) => ({
  id: uuid() as ThemeId,
  code,
  name: `Chủ đề ${code}`,
  campaign: 'Đợt tuyên truyền',
}))

type Event = JournalRecord['event']

/** A play of a day, its theme taking turns. */
const playOf = (at: number, count: number): Event => ({
  kind: 'play',
  play: aPlay({
    plannedStartAt: at,
    plannedEndAt: at + 10_000,
    startAt: at,
    endAt: at + 10_000,
    themes: THEMES.slice(count % 2, (count % 2) + 1),
    outcome: count % 7 === 0 ? 'failed' : 'completed',
    cause: count % 7 === 0 ? 'media-missing' : null,
  } as Partial<Play>),
})

/** The journal of a device over some days: a boot, then so many plays a day from 05:00 on. */
export const aJournalOfDays = (deviceId: DeviceId, days: number, playsPerDay: number): string[] => {
  const events: Event[] = []
  const times: number[] = []
  for (let day = 0; day < days; day++) {
    const morning = FIRST_DAY + day * DAY_MS + 5 * 3_600_000
    events.push({ kind: 'boot', software: 'test', clean: day > 0 })
    times.push(morning - 60_000)
    for (let play = 0; play < playsPerDay; play++) {
      events.push(playOf(morning + play * 60_000, play))
      times.push(morning + play * 60_000 + 10_000)
    }
  }
  return aJournal(events, { deviceId, times })
}

/** The first instant of a day after FIRST_DAY's, and its date. */
export const dayAt = (day: number) => ({
  at: FIRST_DAY + day * DAY_MS,
  date: new Date(FIRST_DAY + day * DAY_MS + 7 * 3_600_000).toISOString().slice(0, 10),
})

/** Devices that send their journals day by day, each day closed a little after its end. */
export const aProvince = async (
  store: Pick<Store, 'journal' | 'evidence' | 'devices'>,
  key: LedgerKey,
  { devices = 3, days = 4, playsPerDay = 90 } = {},
) => {
  const journals = new Map<DeviceId, string[]>()
  for (let count = 0; count < devices; count++) {
    const deviceId = uuid() as DeviceId
    journals.set(deviceId, aJournalOfDays(deviceId, days, playsPerDay))
  }
  for (let day = 0; day < days; day++) {
    const end = dayAt(day + 1)
    const at = end.at + 600_000
    for (const [deviceId, journal] of journals) {
      const [from, to] = [day, day + 1].map((n) => n * (playsPerDay + 1))
      const batch = aBatch(journal, from as number, { deviceId, to: to as number })
      await store.journal.append([anArrival(batch, deviceId)], (note) => key.cosign(note, at), at)
    }
    await closeDay(store, key, dayAt(day).date, at + 60_000)
  }
  return journals
}
