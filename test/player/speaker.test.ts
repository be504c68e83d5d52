import { execFileSync, spawnSync } from 'node:child_process'
import { join } from 'node:path'
import pino from 'pino'
import { describe, expect, onTestFinished, test } from 'vitest'
import { createPcmCache } from '../../player/cache/pcm-cache.ts'
import { createSpeaker } from '../../player/stage/speaker.ts'
import type { Cue, StageEnd } from '../../player/stage/stage.ts'
import { createClock } from '../../player/time/clock.ts'
import { monotonicMs } from '../../player/time/monotonic.ts'
import { sha } from '../support/builders.ts'
import { make, speech } from '../support/ffmpeg.ts'
import { PULSEAUDIO, startPulse } from '../support/pulse.ts'
import { tempFolder } from '../support/temp-folder.ts'

const FFMPEG = process.env.FFMPEG_PATH ?? 'ffmpeg'

/** A clock that agreed with a server: its time is what the system's is. */
const syncedClock = (folder: string) => {
  const clock = createClock(join(folder, 'clock.json'))
  const offset = Date.now() - monotonicMs()
  for (let count = 0; count < 3; count++) {
    const at = monotonicMs()
    clock.addSample({
      sentAt: at - 1,
      serverReceivedAt: at + offset,
      serverSentAt: at + offset,
      receivedAt: at,
    })
  }
  return clock
}

const openSpeaker = (output: string) => {
  const folder = tempFolder()
  const clock = syncedClock(folder)
  const started = new Map<string, { errorMs: number; skippedMs: number }>()
  const ended = new Map<string, StageEnd>()
  const faults: (string | null)[] = []
  const speaker = createSpeaker({
    output,
    pcm: createPcmCache(join(folder, 'pcm'), FFMPEG),
    clock,
    log: pino({ level: 'silent' }),
    events: {
      onStarted: (key, at) => started.set(key, at),
      onProgress() {},
      onEnded: (key, end) => ended.set(key, end),
      onFault: (fault) => faults.push(fault),
    },
  })
  onTestFinished(() => speaker.close())
  const cue = (key: string, path: string, inMs: number, lengthMs: number): Cue => {
    const from = (clock.now() ?? 0) + inMs
    const item = {
      assetId: key as never,
      sha256: sha(key),
      mime: 'audio/ogg',
      kind: 'clip' as const,
      title: key,
      themes: [],
      approvedBy: '',
      durationMs: lengthMs,
      role: 'item' as const,
      gainDb: 0,
      fallback: null,
      schedule: { id: '' as never, name: '' },
    }
    return { key, item, path, from, to: from + lengthMs, offsetMs: 0, volume: 100 }
  }
  return { folder, speaker, cue, started, ended, faults }
}

const until = async (what: () => boolean, seconds = 60): Promise<void> => {
  for (const deadline = Date.now() + seconds * 1000; !what(); ) {
    if (Date.now() > deadline) throw new Error('it did not happen in time')
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

const clip = (folder: string, seconds: number) =>
  make(join(folder, `${seconds}.ogg`), ...speech(seconds, 0.3), '-c:a', 'libopus', '-ac', '1')

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

describe.skipIf(!PULSEAUDIO)('on a real sound server', () => {
  test('a clip comes out of the sink whole, sample for sample, and nothing else does', async () => {
    const pulse = await startPulse()
    onTestFinished(() => pulse.close())
    Object.assign(process.env, pulse.env)
    const { folder, speaker, cue, started, ended } = openSpeaker('pulse')
    const path = clip(folder, 2)
    await until(() => speaker.output() === 'pulse')
    // Its clock line needs a second of readings.
    await new Promise((resolve) => setTimeout(resolve, 1500))
    const recording = pulse.record()
    await speaker.cue(cue('a', path, 2000, 2000))
    await until(() => ended.has('a'))
    await new Promise((resolve) => setTimeout(resolve, 700))
    const heard = await recording.stop()
    const raw = execFileSync(
      FFMPEG,
      ['-v', 'error', '-i', path, '-f', 's16le', '-ac', '1', '-ar', '48000', '-'],
      { maxBuffer: 1e8 },
    )
    const sent = new Int16Array(raw.buffer, raw.byteOffset, raw.length >> 1).subarray(0, 96_000)
    const loudest = sent.findIndex((sample) => Math.abs(sample) > 3000)
    const begun = heard.findIndex((sample) => Math.abs(sample) > 3000) - loudest
    const same = sent.reduce(
      (count, sample, index) => count + Number(Math.abs((heard[begun + index] ?? 0) - sample) <= 1),
      0,
    )
    expect(same / sent.length).toBeGreaterThan(0.999)
    expect(heard.subarray(0, begun).every((sample) => sample === 0)).toBe(true)
    expect(heard.subarray(begun + sent.length + 48).every((sample) => sample === 0)).toBe(true)
    expect(ended.get('a')).toMatchObject({ reason: 'done', measured: { output: 'pulse' } })
    expect(started.get('a')?.skippedMs).toBe(0)
  })

  test('a sound server that dies under a clip is noticed, and the output is there again after it', async () => {
    const pulse = await startPulse()
    Object.assign(process.env, pulse.env)
    const { folder, speaker, cue, ended, faults } = openSpeaker('pulse')
    await until(() => speaker.output() === 'pulse')
    await new Promise((resolve) => setTimeout(resolve, 1000))
    await speaker.cue(cue('a', clip(folder, 4), 1500, 4000))
    await new Promise((resolve) => setTimeout(resolve, 2500))
    await pulse.close()
    await until(() => ended.has('a'))
    expect(ended.get('a')?.reason).not.toBe('done')
    await until(() => faults.some((fault) => fault !== null))
    const again = await startPulse()
    onTestFinished(() => again.close())
    Object.assign(process.env, again.env)
    await until(() => speaker.output() === 'pulse' && faults.at(-1) === null)
  })
})

test('where there is no sound at all, the output that keeps time is chosen', () => {
  const script = `import { detectOutput } from './player/stage/audio/open-output.ts'; console.log(detectOutput())`
  const { stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
    env: { PATH: '/nonexistent', PULSE_SERVER: 'unix:/nonexistent' },
    encoding: 'utf8',
  })
  expect(stdout.trim()).toBe('null')
})
