import { execFileSync, spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { HEARD_RATE } from '../../player/stage/audio/monitor/decimate.ts'
import { createListener } from '../../player/stage/audio/monitor/listener.ts'
import { make } from '../support/ffmpeg.ts'
import { FFMPEG, openSpeaker } from '../support/loudspeaker.ts'
import { needs } from '../support/needs.ts'
import { startPulse } from '../support/pulse.ts'
import { tempFolder } from '../support/temp-folder.ts'
import { until } from '../support/until.ts'

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

/** Noise in syllables, different for every seed: no two clips are alike, as no two speeches are. */
const speechLike = (folder: string, seed: number, seconds = 10): string =>
  make(
    join(folder, `speech-${seed}.ogg`),
    ...['-f', 'lavfi', '-i'],
    `anoisesrc=d=${seconds}:c=pink:r=48000:seed=${seed},volume='0.5*(0.1+0.9*gt(sin(${11 + seed}*t),0))':eval=frame`,
    ...['-c:a', 'libopus', '-ac', '1'],
  )

const decoded = (path: string, rate: number, ...filters: string[]): Int16Array => {
  const raw = execFileSync(
    FFMPEG,
    ['-v', 'error', '-i', path, ...filters, '-f', 's16le', '-ac', '1', '-ar', String(rate), '-'],
    { maxBuffer: 1e8 },
  )
  return new Int16Array(raw.buffer, raw.byteOffset, raw.length >> 1)
}

/** What is recognised of a clip in a recording at 8 kHz that begins a second before it. */
const recognised = (clip: string, heard: (clean: Int16Array) => ArrayLike<number>) => {
  const folder = tempFolder()
  const path = join(folder, 'clip.pcm')
  const samples = decoded(clip, 48_000)
  writeFileSync(path, Buffer.from(samples.buffer, samples.byteOffset, samples.byteLength))
  const recording = heard(decoded(clip, HEARD_RATE))
  const lengthMs = samples.length / 48
  const listener = createListener(
    { path, startMono: 1_000, offsetMs: 0, lengthMs },
    {
      from: (mono, count) =>
        Float32Array.from({ length: count }, (_, index) => {
          const at = Math.round((mono / 1000 - 1) * HEARD_RATE) + index
          return recording[at] ?? 0
        }),
    },
  )
  listener.listen()
  expect(listener.isDone()).toBe(true)
  listener.close()
  return listener.result()
}

/** The same noise in every run. */
const noise = (() => {
  let state = 1
  return () => {
    state = (state * 48_271) % 2_147_483_647
    return state / 2_147_483_647 - 0.5
  }
})()

describe('the ear', () => {
  test('recognises a clip whole, in its place, and nothing of it in silence or in another clip', () => {
    const folder = tempFolder()
    const clip = speechLike(folder, 1)
    const same = recognised(clip, (clean) => clean)
    expect(same).toMatchObject({ share: 1 })
    expect(Math.abs(same.offsetMs ?? 99)).toBeLessThan(0.3)
    expect(same.snrDb).toBeGreaterThan(15)
    expect(recognised(clip, () => [])).toMatchObject({ share: 0, offsetMs: null, snrDb: null })
    const other = decoded(speechLike(folder, 2), HEARD_RATE)
    expect(recognised(clip, () => other).share).toBeLessThan(0.05)
  })

  test('hears it late, soft, upside down and through noise, and says how late and how clear', () => {
    const clip = speechLike(tempFolder(), 3)
    const late = recognised(clip, (clean) => [...new Array(1_600).fill(0), ...clean])
    expect(late.share).toBe(1)
    expect(late.offsetMs).toBeCloseTo(200, 0)
    const level = (samples: Int16Array) =>
      Math.sqrt(samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length)
    // White noise 3 dB below the clip.
    const noisy = recognised(clip, (clean) => {
      const amplitude = level(clean) * 0.708 * Math.sqrt(12)
      return Array.from(clean, (sample) => -0.03 * (sample + amplitude * noise()))
    })
    expect(noisy.share).toBeGreaterThan(0.9)
    expect(noisy.snrDb).toBeGreaterThan(1)
    expect(noisy.snrDb).toBeLessThan(5)
  })

  test('says which part is missing: the end that was cut, the hole in the middle', () => {
    const clip = speechLike(tempFolder(), 4)
    const cut = recognised(clip, (clean) => clean.subarray(0, clean.length * 0.6))
    expect(cut.share).toBeGreaterThan(0.5)
    expect(cut.share).toBeLessThan(0.7)
    const hole = recognised(clip, (clean) => {
      const copy = Int16Array.from(clean)
      copy.fill(0, 4 * HEARD_RATE, 6 * HEARD_RATE)
      return copy
    })
    expect(hole.share).toBeGreaterThan(0.7)
    expect(hole.share).toBeLessThan(0.95)
  })

  test('follows a clip that moved after a hole', () => {
    const clip = speechLike(tempFolder(), 5)
    const moved = recognised(clip, (clean) => [
      ...clean.subarray(0, 4 * HEARD_RATE),
      ...new Array(720).fill(0),
      ...clean.subarray(4 * HEARD_RATE),
    ])
    expect(moved.share).toBeGreaterThan(0.7)
    expect(moved.share).toBeLessThan(1)
  })
})

describe('at the monitor of a real sound server', needs('pulseaudio'), () => {
  const start = async () => {
    const pulse = await startPulse()
    onTestFinished(() => pulse.close())
    Object.assign(process.env, pulse.env)
    const opened = openSpeaker('pulse', { monitor: 'pulse:horn.monitor' })
    await until(() => opened.speaker.output() === 'pulse')
    await sleep(2_000)
    return { ...opened, pulse }
  }

  test('what was played is recognised: which share, how late, how clear', async () => {
    const { folder, speaker, cue, ended, faults } = await start()
    await speaker.cue(cue('a', speechLike(folder, 6, 6), 1_500, 6_000))
    await until(() => ended.has('a'))
    const heard = await ended.get('a')?.heard
    expect(heard).toMatchObject({ monitor: 'pulse:horn.monitor', share: 1 })
    expect(heard?.comparedMs).toBeGreaterThan(4_000)
    expect(Math.abs(heard?.offsetMs ?? 99)).toBeLessThan(10)
    expect(heard?.snrDb).toBeGreaterThan(5)
    expect(faults.filter((fault) => fault?.code.startsWith('monitor'))).toEqual([])
  })

  test('what does not arrive there is an alarm while it plays, and the record says so', async () => {
    const { pulse, folder, speaker, cue, ended, faults } = await start()
    pulse.control('set-sink-mute', 'horn', '1')
    await speaker.cue(cue('a', speechLike(folder, 7, 6), 1_500, 6_000))
    await until(() => faults.some((fault) => fault?.code === 'monitor-silent'))
    await until(() => ended.has('a'))
    const heard = await ended.get('a')?.heard
    expect(heard).toMatchObject({ share: 0, offsetMs: null })
  })

  test('somebody else’s sound over what is played is an alarm by its own name', async () => {
    const { folder, speaker, cue, ended, faults } = await start()
    const other = decoded(speechLike(folder, 9, 8), 48_000)
    const format = ['--format=s16le', '--rate=48000', '--channels=1']
    const intruder = spawn('pacat', [...format, '--latency-msec=50'], {
      stdio: ['pipe', 'ignore', 'ignore'],
    })
    onTestFinished(() => void intruder.kill())
    intruder.stdin.on('error', () => {})
    intruder.stdin.write(Buffer.from(other.buffer, other.byteOffset, other.byteLength))
    const quiet = cue('a', speechLike(folder, 8, 6), 1_500, 6_000, { volume: 3 })
    await speaker.cue(quiet)
    await until(() => faults.some((fault) => fault?.code === 'monitor-other'))
    await until(() => ended.has('a'))
    expect(await ended.get('a')?.heard).toMatchObject({ offsetMs: null })
  })

  test('a delay between the output and the air is measured by a test, and made up for', async () => {
    const { speaker } = await start()
    const near = await (await speaker.test(50)).heard
    expect(near).toMatchObject({ share: 1 })
    expect(Math.abs(near?.offsetMs ?? 99)).toBeLessThan(10)
    const early = openSpeaker('pulse', { monitor: 'pulse:horn.monitor', delayMs: 150 })
    await until(() => early.speaker.output() === 'pulse')
    await sleep(2_000)
    const end = await early.speaker.test(50)
    const heard = await end.heard
    // Nothing delays it here: what is made up for is heard that much too early.
    expect(Math.abs((heard?.offsetMs ?? 0) + 150)).toBeLessThan(10)
    expect(end.measured).toMatchObject({ output: 'pulse', samples: 192_000 })
  })
})
