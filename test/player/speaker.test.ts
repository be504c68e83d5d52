import { execFile, spawnSync } from 'node:child_process'
import { promisify } from 'node:util'
import pino from 'pino'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { Fault } from '#protocol'
import { createMixerHost } from '../../player/stage/mixer-host.ts'
import { clip, openSpeaker } from '../support/loudspeaker.ts'
import { until } from '../support/until.ts'

describe('the loudspeaker', () => {
  test('plays two clips that touch without a gap, and measures what went out', async () => {
    const { folder, speaker, cue, started, ended } = openSpeaker('null')
    const path = clip(folder, 1)
    // Decoded ahead, as the conductor has it done.
    await speaker.prepare(cue('a', path, 0, 1000).item, path)
    const first = cue('a', path, 3000, 1000)
    await speaker.cue(first)
    await speaker.cue({ ...first, key: 'b', from: first.to, to: first.to + 1000 })
    await until(() => ended.size === 2)
    for (const key of ['a', 'b']) {
      expect(started.get(key)?.skippedMs).toBe(0)
      const end = ended.get(key)
      expect(end).toMatchObject({
        reason: 'done',
        measured: { kind: 'audio', output: 'null', samples: 48_000 },
      })
      expect(end?.measured?.kind === 'audio' && end.measured.rmsDbfs).toBeLessThan(-5)
      expect(end?.measured?.kind === 'audio' && end.measured.rmsDbfs).toBeGreaterThan(-60)
    }
    expect(ended.get('b')?.startMono).toBeCloseTo(ended.get('a')?.endMono ?? 0, 1)
  })

  test('refuses what cannot be decoded, and goes on', async () => {
    const { folder, speaker, cue, ended } = openSpeaker('null')
    await expect(speaker.cue(cue('bad', process.execPath, 1000, 500))).rejects.toThrow()
    const good = clip(folder, 0.5)
    await speaker.prepare(cue('good', good, 0, 500).item, good)
    await speaker.cue(cue('good', good, 1000, 500))
    await until(() => ended.has('good'))
    expect(ended.get('good')?.reason).toBe('done')
  })

  test('takes back what has not begun, as if it had never been', async () => {
    const { folder, speaker, cue, started, ended } = openSpeaker('null')
    await speaker.cue(cue('a', clip(folder, 0.5), 5000, 500))
    speaker.stop('a')
    await until(() => ended.has('a'))
    expect(ended.get('a')).toMatchObject({ startMono: null, reason: 'stopped' })
    expect(started.has('a')).toBe(false)
  })
})

test('a mixer that a busy machine keeps from starting for seconds is no fault', async () => {
  const holdBack = `
    if (process.argv[1]?.endsWith('mixer-thread.ts'))
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 6_000)`
  const script = `
    import pino from 'pino'
    import { createMixerHost } from './player/stage/mixer-host.ts'
    const say = (what, value) => console.log(what, JSON.stringify(value))
    const host = createMixerHost({
      output: 'null',
      delayMs: 0,
      log: pino({ level: 'silent' }),
      onReport() {},
      onFault: (fault) => say('fault', fault),
      onOutput(name) {
        say('output', name)
        host.close()
      },
      onThreadLost: () => say('thread', 'lost'),
    })`
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [`--import=data:text/javascript,${encodeURIComponent(holdBack)}`, '-e', script],
    { timeout: 60_000 },
  )
  expect(stdout).toBe('output "null"\n')
})

test('a machine without a sound server and a card has no audible output', () => {
  const script = `import { audibleOutputs } from './player/stage/audio/open-device.ts'; console.log(await audibleOutputs())`
  const { stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
    env: { PATH: '/nonexistent', PULSE_SERVER: 'unix:/nonexistent' },
    encoding: 'utf8',
  })
  expect(stdout.trim()).toBe('[]')
})

test('a player that stood still for seconds, as at a sync of a slow card, blames no output', async () => {
  const faults: (Fault | null)[] = []
  let output: string | null = null
  const host = createMixerHost({
    ...{ output: 'null', delayMs: 0, log: pino({ level: 'silent' }) },
    onReport() {},
    onOutput(name) {
      output = name
    },
    onFault: (fault) => faults.push(fault),
    onThreadLost() {},
  })
  onTestFinished(() => host.close())
  await until(() => output === 'null')
  for (let count = 0; count < 3; count++) {
    // Timers come before messages after this, and after whatever else is not a timer.
    setImmediate(() => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 3_000))
    await new Promise((resolve) => setTimeout(resolve, 600))
  }
  expect(faults).toEqual([])
})
