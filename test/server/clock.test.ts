import pino from 'pino'
import { describe, expect, onTestFinished, test } from 'vitest'
import { addDays, dateAt } from '#playlists'
import { closeMissedDays } from '../../server/jobs/close-days.ts'
import { newPostgresUrl } from '../support/engines.ts'
import { anOffice, ground, refusal } from '../support/ground.ts'

const DAY = 86_400_000
const ZONE = 'Asia/Ho_Chi_Minh'
const log = pino({ level: 'silent' })
const at = (ms: number) => () => ms

/** Closes days as the night job does, by a clock that says `now`. */
const closeAt = async (folder: string, settings: Record<string, string>, now: number) => {
  const { store, ledgerKey, close } = await ground(folder, settings, at(now))
  try {
    return await closeMissedDays({
      ...{ store, key: ledgerKey, authority: undefined, timeZone: ZONE, log, now: at(now) },
    })
  } finally {
    await close()
  }
}

describe.each(['sqlite', 'postgres'])('the clock of a server on %s', (engine) => {
  const settings = async (): Promise<Record<string, string>> =>
    engine === 'postgres' ? { DATABASE_URL: await newPostgresUrl() } : {}

  test('that is far from the last time a server ran is refused, unless somebody knows the date', async () => {
    const place = await settings()
    const folder = await anOffice(place)
    const now = Date.now()
    for (const wrong of [now + 400 * DAY, now + 15 * DAY, now - 2 * 3_600_000, now - 400 * DAY]) {
      const refused = await refusal(folder, place, at(wrong))
      expect(refused.code).toBe('clock-wrong')
      expect(refused.en).toContain(`--today ${dateAt(wrong, ZONE)}`)
      expect(refused.vi).toMatch(/Đồng hồ máy này chỉ \d\d\/\d\d\/\d{4} \d\d:\d\d/)
    }
    expect((await refusal(folder, place, at(0))).code).toBe('clock-unset')
    const other = { ...place, TODAY: '2031-01-01' }
    expect((await refusal(folder, other, at(now + 400 * DAY))).code).toBe('clock-wrong')
    // Two weeks without power are no wrong clock, and neither is a date that was left in the settings.
    await (await ground(folder, other, at(now + 13 * DAY))).close()
  })

  test('that was wrong closes no long row of days, and what it closed is set aside', async () => {
    const place = await settings()
    const folder = await anOffice(place)
    const now = Date.now()
    const today = dateAt(now, ZONE)
    expect(await closeAt(folder, place, now)).toEqual([addDays(today, -1)])
    // Somebody insists on a wrong clock: one day is closed, not 400.
    const wrong = now + 400 * DAY
    const wrongDay = dateAt(wrong, ZONE)
    const insisted = { ...place, TODAY: wrongDay }
    expect(await closeAt(folder, insisted, wrong)).toEqual([addDays(wrongDay, -1)])
    expect((await refusal(folder, place, at(now))).code).toBe('clock-wrong')

    const tomorrow = now + DAY
    const mended = { ...place, TODAY: dateAt(tomorrow, ZONE) }
    expect(await closeAt(folder, mended, tomorrow)).toEqual([today])
    const { store, db, close } = await ground(folder, place, at(tomorrow))
    onTestFinished(close)
    const days = await store.evidence.dates('2000-01-01', '2199-12-31')
    expect(days).toEqual([addDays(today, -1), today])
    expect((await store.evidence.day(today))?.note).toContain(`previous ${addDays(today, -1)} `)
    const voided = await db.selectFrom('voided_day').selectAll().execute()
    expect(voided.map(({ date }) => date)).toEqual([addDays(wrongDay, -1)])
    const audit = await db.selectFrom('audit').selectAll().execute()
    expect(audit).toEqual([
      expect.objectContaining({ action: 'day-root.void', subject: addDays(wrongDay, -1) }),
    ])
  })
})
