import type { PlayLogEntry } from '#protocol'
import type { Story } from './story.ts'

const FINISHED_EACH = 2
const TIMEOUT_MS = 80_000

export type CheckResult = {
  ok: true
  plays: number
  audioRmsDbfs: number
  startErrorMsP95: number
  seconds: number
}

/** What the check saw that should not be. */
export class CheckFailure extends Error {}

const percentile = (values: readonly number[], share: number): number => {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN
}

const finishedOf = (plays: readonly PlayLogEntry[], deviceId: string) =>
  plays.filter((entry) => entry.deviceId === deviceId && entry.play.outcome === 'completed')

/** A level that a horn could be heard with; digital silence measures none. */
const AUDIBLE_DBFS = -60

/**
 * Waits until both players have reported plays that they finished, and looks whether everything
 * else is as it should be.
 * @throws CheckFailure naming what is not
 */
export const check = async ({ api, devices }: Story, startedAt: number): Promise<CheckResult> => {
  const deadline = Date.now() + TIMEOUT_MS
  let plays: PlayLogEntry[]
  for (;;) {
    plays = await api.plays(500)
    const counts = Object.entries(devices).map(
      ([name, id]) => [name, finishedOf(plays, id).length] as const,
    )
    const short = counts.filter(([, count]) => count < FINISHED_EACH)
    if (short.length === 0) break
    if (Date.now() > deadline) {
      const had = short.map(([name, count]) => `${name} ${count}`).join(', ')
      throw new CheckFailure(
        `finished plays after ${TIMEOUT_MS / 1000} s: ${had}; wanted ${FINISHED_EACH} each`,
      )
    }
    await new Promise((resolve) => setTimeout(resolve, 500))
  }
  const finished = [...finishedOf(plays, devices.speaker), ...finishedOf(plays, devices.board)]

  const csv = await api.playsCsv()
  for (const { deviceId, epoch, seq } of finished) {
    const record = `${deviceId}/${epoch}/${seq}`
    if (!csv.includes(record))
      throw new CheckFailure(`the export does not hold the record ${record}`)
  }

  const levels = finished.flatMap(({ play }) =>
    play.measured?.kind === 'audio' ? [play.measured.rmsDbfs] : [],
  )
  const silent = levels.findIndex((level) => level === null || level < AUDIBLE_DBFS)
  if (silent >= 0)
    throw new CheckFailure(`a finished clip measured ${levels[silent]} dBFS at the output`)
  for (const { play } of finishedOf(plays, devices.board)) {
    if (play.measured?.kind !== 'screen' || play.measured.frames === 0) {
      throw new CheckFailure(`no frame was drawn of ${play.asset.title}`)
    }
  }
  const withheld = plays.find(({ play }) => play.themes.some(({ code }) => code.startsWith('2.')))
  if (withheld) throw new CheckFailure(`${withheld.play.asset.title} was played outside its phase`)

  const { sha256 } = await api.screenshot(devices.board)
  const jpeg = new Uint8Array(await api.media(sha256))
  if (jpeg[0] !== 0xff || jpeg[1] !== 0xd8) throw new CheckFailure('the screenshot is no JPEG')

  const errors = finishedOf(plays, devices.speaker).flatMap(({ play }) => play.startErrorMs ?? [])
  const audible = levels.filter((level) => level !== null)
  return {
    ok: true,
    plays: finished.length,
    audioRmsDbfs:
      Math.round((audible.reduce((sum, level) => sum + level, 0) / audible.length) * 10) / 10,
    startErrorMsP95: Math.round(percentile(errors.map(Math.abs), 0.95) * 1000) / 1000,
    seconds: Math.round((Date.now() - startedAt) / 100) / 10,
  }
}
