import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import pino from 'pino'
import { expect, onTestFinished, test } from 'vitest'
import { applyBlankHours } from '#playlists/timeline'
import type { Segment } from '#protocol'
import { createDisplayPower } from '../../../player/stage/screen/display-power.ts'
import { tempFolder } from '../../support/temp-folder.ts'
import { until } from '../../support/until.ts'

test('the display goes off where nothing is to be seen, and on before something is', async () => {
  const file = join(tempFolder(), 'switched')
  let now: number | undefined
  let next: number | undefined
  const power = createDisplayPower({
    options: {
      onCommand: `echo on >> ${file}`,
      offCommand: `echo off >> ${file}`,
      offAfterMs: 30_000,
      onBeforeMs: 10_000,
      everyMs: 5,
    },
    now: () => now,
    nextShownAt: () => next,
    log: pino({ level: 'silent' }),
  })
  onTestFinished(() => power.close())
  const said = () => (existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : [])
  const settle = () => new Promise((resolve) => setTimeout(resolve, 60))
  await settle()
  expect(said()).toEqual([])
  now = 1_000_000
  next = now
  await until(() => said().length === 1)
  next = 1_100_000
  await settle()
  expect(said()).toEqual(['on'])
  now = 1_031_000
  await until(() => said().length === 2)
  now = 1_089_000
  await settle()
  expect(said()).toEqual(['on', 'off'])
  now = 1_091_000
  await until(() => said().length === 3)
  expect(said()).toEqual(['on', 'off', 'on'])
})

test('a day loses the stretches in which its board is dark, and goes on where it should be by then', () => {
  const segment = { from: 0, to: 100, anchor: 0 } as Segment
  const parts = applyBlankHours(
    [segment],
    [
      { from: 10, to: 20 },
      { from: 90, to: 200 },
    ],
  )
  expect(parts.map(({ from, to, anchor }) => [from, to, anchor])).toEqual([
    [0, 10, 0],
    [20, 90, 0],
  ])
  expect(applyBlankHours([segment], [{ from: 0, to: 100 }])).toEqual([])
  expect(applyBlankHours([segment], [])).toEqual([segment])
})
