import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { DayPlan, Segment } from '#protocol'
import { startBareServer } from '../support/bare-server.ts'
import { sha } from '../support/builders.ts'
import { type Clip, clips, deviceFolder, knowTheTime, segmentOf } from '../support/device-folder.ts'
import { eventsOf, startPlayerProcess } from '../support/player-process.ts'
import { tempFolder } from '../support/temp-folder.ts'
import { until } from '../support/until.ts'

const LEAD_MS = 5_000
const OFF_AFTER_MS = 30_000

test('an amplifier is on before the first sample, off after the silence, and on again when an emergency comes without notice', async () => {
  const texts = new Map<string, string>()
  const server = await startBareServer((request, response) => {
    const text = texts.get(request.url ?? '')
    if (text === undefined) response.writeHead(404).end()
    else response.end(text)
  })
  const folder = join(tempFolder(), 'player')
  const items = clips(tempFolder(), [2_000])
  const [clip] = items as [Clip]
  // A day that begins an hour ago: no midnight of the test's own comes in between.
  const startsAt = Date.now() - 3_600_000
  const made = deviceFolder(folder, {
    ...{ startsAt, days: 2, items, segments: [], server: server.url },
  })
  knowTheTime(folder)
  const file = join(folder, 'amplifier')
  const command = (word: string) => `echo ${word} $(date +%s%3N) >> ${file}`
  const switched = () =>
    (existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : []).map((line) => {
      const [word, at] = line.split(' ')
      return { word, at: Number(at) }
    })
  const plays = () => eventsOf(folder, 'play').map(({ play }) => play)
  const player = startPlayerProcess(folder, {
    TRUST_SYSTEM_CLOCK: 'yes',
    AMPLIFIER_ON_COMMAND: command('on'),
    AMPLIFIER_OFF_COMMAND: command('off'),
    AMPLIFIER_LEAD_SECONDS: String(LEAD_MS / 1_000),
  })
  const desire = async (revision: number, segments: Segment[]) => {
    const plan: DayPlan = { ...made.plan, segments }
    const text = JSON.stringify(plan)
    texts.set(`/api/plans/${sha(text)}`, text)
    const days = made.manifest.days.map((day) => ({ ...day, plans: { audio: sha(text) } }))
    await until(server.player)
    const manifest = made.seal({ ...made.manifest, revision, days })
    server.player()?.emit('desired', { revision, manifest })
  }

  await until(server.player)
  const from = Date.now() - startsAt + 20_000
  await desire(2, [segmentOf([clip], from, from + 2_000, { repeat: false })])
  await until(() => plays().length === 1)
  const [played] = plays()
  expect(played).toMatchObject({ outcome: 'completed', cause: null })
  const on = switched().find(({ word }) => word === 'on')
  expect(on?.at).toBeLessThan(played?.startAt ?? 0)

  await until(() => switched().at(-1)?.word === 'off')
  const off = switched().at(-1)
  expect(off?.at).toBeGreaterThan((played?.startAt ?? 0) + 2_000 + OFF_AFTER_MS - LEAD_MS)

  const urgent = segmentOf([clip], Date.now() - startsAt, Date.now() - startsAt + 3_600_000, {
    because: {
      ...(segmentOf([clip], 0, 1).because as Segment['because']),
      priority: 'emergency',
    },
  })
  await desire(3, [urgent])
  await until(() => switched().at(-1)?.word === 'on')
  await until(() => plays().length > 1)
  await player.stop()
  expect(switched().at(-1)?.word).toBe('on')
}, 180_000)
