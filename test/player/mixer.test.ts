import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { createClipSource } from '../../player/stage/audio/clip-source.ts'
import { createClockLine } from '../../player/stage/audio/clock-line.ts'
import { createLevelMeter, dbfs } from '../../player/stage/audio/level.ts'
import { createMixer, type Mixer, type VoiceReport } from '../../player/stage/audio/mixer.ts'
import { type AudioOutput, PROGRAMME } from '../../player/stage/audio/output.ts'
import { createPacedDevice } from '../../player/stage/audio/paced-device.ts'
import { type BlockGain, type Hush, Voice, type VoiceCue } from '../../player/stage/audio/voice.ts'
import { monotonicMs } from '../../player/time/monotonic.ts'
import { tempFolder } from '../support/temp-folder.ts'

const PER_MS = 48
const LEAD = 400 * PER_MS

/** An output whose time is a variable: what was heard by then is known to the sample. */
const simulated = () => {
  const chunks: Int16Array[] = []
  let written = 0
  let now = 0
  const output: AudioOutput = {
    name: 'simulated',
    wanted: () => Math.max(0, Math.ceil(now * PER_MS + LEAD - written)),
    write(samples) {
      chunks.push(samples.slice())
      written += samples.length
    },
    written: () => written,
    sampleAt: (mono) => mono * PER_MS,
    monoAt: (sample) => sample / PER_MS,
    advancedAt: () => now,
    underruns: () => 0,
    hush: () => false,
    setMuted() {},
    close() {},
  }
  const heard = () => {
    const all = new Int16Array(written)
    let at = 0
    for (const chunk of chunks) {
      all.set(chunk, at)
      at += chunk.length
    }
    return all
  }
  return { output, heard, setNow: (ms: number) => (now = ms) }
}

/** A clip whose samples count up from a number: any one tells which it is. */
const ramp = (folder: string, name: string, ms: number, first: number): string => {
  const samples = Int16Array.from({ length: ms * PER_MS }, (_, index) => first + (index % 10_000))
  const path = join(folder, name)
  writeFileSync(path, Buffer.from(samples.buffer))
  return path
}

const samplesOf = (path: string): Int16Array => {
  const bytes = readFileSync(path)
  return new Int16Array(bytes.buffer, bytes.byteOffset, bytes.length / 2)
}

type TestCue = Partial<VoiceCue> &
  Pick<VoiceCue, 'key' | 'startMono' | 'lengthMs'> & { path: string }

const voice = ({ path, ...cue }: TestCue) =>
  new Voice(
    { offsetMs: 0, isCut: false, volumes: [{ atMono: cue.startMono, gain: 1 }], gain: 1, ...cue },
    createClipSource(path),
  )

const play = (
  cues: TestCue[],
  untilMs: number,
  meanwhile: (mixer: Mixer, now: number) => void = () => {},
  hushAt?: (mono: number) => Hush | undefined,
) => {
  const { output, heard, setNow } = simulated()
  const reports: VoiceReport[] = []
  const mixer = createMixer(output, (report) => reports.push(report), hushAt)
  for (const cue of cues) mixer.cue(voice(cue))
  for (let now = 0; now <= untilMs; now += 10) {
    setNow(now)
    meanwhile(mixer, now)
    mixer.turn(now)
  }
  return { samples: heard(), reports }
}

const at = (samples: Int16Array, ms: number, count: number) =>
  samples.subarray(Math.round(ms * PER_MS), Math.round(ms * PER_MS) + count)

describe('the mixer places samples', () => {
  test('a clip begins at the very sample of its instant, and is put out bit for bit', () => {
    const path = ramp(tempFolder(), 'a.pcm', 100, 1000)
    const cue = { key: 'a', path, startMono: 1234.5, offsetMs: 0, lengthMs: 100, gain: 1 }
    const { samples, reports } = play([cue], 2500)
    const start = Math.round(1234.5 * PER_MS)
    expect(samples.findIndex((sample) => sample !== 0)).toBe(start)
    const source = samplesOf(path)
    expect(samples.subarray(start, start + 100 * PER_MS)).toEqual(source.subarray(0, 100 * PER_MS))
    expect(samples.subarray(start + 100 * PER_MS).every((sample) => sample === 0)).toBe(true)
    expect(reports).toMatchObject([
      { type: 'started', key: 'a', skippedMs: 0 },
      { type: 'ended', key: 'a', samples: 100 * PER_MS, reason: 'done' },
    ])
    expect(Math.abs((reports[0] as { errorMs: number }).errorMs)).toBeLessThanOrEqual(0.5 / PER_MS)
  })

  test('items that touch follow each other without a sample between them or on top of each other', () => {
    const folder = tempFolder()
    const cues = [0, 1, 2].map((index) => ({
      key: String(index),
      path: ramp(folder, `${index}.pcm`, 300, 1000 + index),
      // The clock was pulled by a millisecond in the meantime.
      startMono: 1000 + index * 300 + index * 0.9,
      offsetMs: 0,
      lengthMs: 300,
      gain: 1,
    }))
    const { samples } = play(cues, 3000)
    const expected = cues.flatMap(({ path }) => [...samplesOf(path).subarray(0, 300 * PER_MS)])
    const heard = [...at(samples, 1000, 900 * PER_MS)]
    expect(heard.findIndex((sample, index) => sample !== expected[index])).toBe(-1)
  })

  test('where clocks drifted apart, an item begins at its instant by a gap or a cut, never over the last', () => {
    const folder = tempFolder()
    const first = {
      key: 'a',
      path: ramp(folder, 'a.pcm', 300, 5000),
      startMono: 1000,
      offsetMs: 0,
      lengthMs: 300,
      gain: 1,
    }
    const second = {
      key: 'b',
      path: ramp(folder, 'b.pcm', 300, 20_000),
      offsetMs: 0,
      lengthMs: 300,
      gain: 1,
    }
    const later = play([first, { ...second, startMono: 1303 }], 3000).samples
    expect(at(later, 1301, 1)[0]).toBe(0)
    expect(at(later, 1303, 1)[0]).toBe(20_000)
    const earlier = play([first, { ...second, startMono: 1297 }], 3000)
    // Its first 3 ms are left out: at 1350 ms it is where it should be by then.
    expect(at(earlier.samples, 1350, 1)[0]).toBe(20_000 + 53 * PER_MS)
    expect(Math.max(...at(earlier.samples, 1290, 9 * PER_MS))).toBeLessThan(20_000)
    expect(
      earlier.reports.find((report) => report.type === 'started' && report.key === 'b'),
    ).toMatchObject({ skippedMs: 0 })
  })

  test('a sound that came too late begins at once, at the place where it should be by then', () => {
    const path = ramp(tempFolder(), 'a.pcm', 5000, 100)
    const { samples, reports } = play([], 4000, (mixer, now) => {
      if (now === 1000) mixer.cue(voice({ key: 'a', path, startMono: 500, lengthMs: 5000 }))
    })
    const begun = samples.findIndex((sample) => sample !== 0)
    expect(begun).toBeGreaterThanOrEqual(1000 * PER_MS)
    const beyondFade = begun + 300 * PER_MS
    expect(samples[beyondFade]).toBe(100 + ((beyondFade - 500 * PER_MS) % 10_000))
    const started = reports.find((report) => report.type === 'started')
    expect((started as { skippedMs: number }).skippedMs).toBeGreaterThan(800)
  })

  test('joining in the middle begins at the offset and is faded in, not clicked in', () => {
    const path = ramp(tempFolder(), 'a.pcm', 1000, 8000)
    const { samples } = play(
      [{ key: 'a', path, startMono: 1000, offsetMs: 300, lengthMs: 700, gain: 1 }],
      2500,
    )
    expect(Math.abs(at(samples, 1000, 1)[0] ?? 1)).toBe(0)
    expect(at(samples, 1300, 1)[0]).toBe(8000 + ((600 * PER_MS) % 10_000))
  })

  test('what is stopped fades out within 100 ms and says so; what only waits was never heard', () => {
    const path = ramp(tempFolder(), 'a.pcm', 5000, 9000)
    const cues = [1000, 9000].map((startMono) => ({
      key: String(startMono),
      path,
      startMono,
      offsetMs: 0,
      lengthMs: 5000,
      gain: 1,
    }))
    let stoppedAt = 0
    const { samples, reports } = play(cues, 3500, (mixer, now) => {
      if (now !== 2000) return
      stoppedAt = now + 400
      mixer.stop('1000')
      mixer.stop('9000')
    })
    expect(at(samples, stoppedAt + 120, 1)[0]).toBe(0)
    expect(at(samples, stoppedAt - 30, 1)[0]).not.toBe(0)
    const ended = reports.filter((report) => report.type === 'ended')
    expect(ended.map(({ key, startMono, reason }) => [key, startMono === null, reason])).toEqual([
      ['9000', true, 'stopped'],
      ['1000', false, 'stopped'],
    ])
  })

  test('volume scales what goes out, and the measure is of what went out', () => {
    const path = join(tempFolder(), 'square.pcm')
    writeFileSync(
      path,
      Buffer.from(
        Int16Array.from({ length: 48_000 }, (_, i) => (i % 96 < 48 ? 16_384 : -16_384)).buffer,
      ),
    )
    const { reports } = play(
      [{ key: 'a', path, startMono: 500, lengthMs: 1000, volumes: [{ atMono: 500, gain: 0.5 }] }],
      2500,
    )
    expect(reports.at(-1)).toMatchObject({
      type: 'ended',
      rmsDbfs: -12,
      peakDbfs: -12,
      samples: 48_000,
    })
  })

  test('gain makes one sound louder than others, and nothing louder than full scale', () => {
    const path = ramp(tempFolder(), 'a.pcm', 300, 1000)
    const { samples } = play([{ key: 'a', path, startMono: 500, lengthMs: 300, gain: 2 }], 1500)
    expect(at(samples, 510, 1)[0]).toBe(2 * (1000 + 10 * PER_MS))
    const loud = play([{ key: 'a', path, startMono: 500, lengthMs: 300, gain: 9 }], 1500)
    expect(Math.max(...loud.samples)).toBe(32_767)
  })

  test('a ceiling lowers the volume before its edge and raises it after, without dividing the item [TL4]', () => {
    const path = join(tempFolder(), 'flat.pcm')
    writeFileSync(path, Buffer.from(new Int16Array(3000 * PER_MS).fill(10_000).buffer))
    const volumes = [
      { atMono: 500, gain: 1 },
      { atMono: 1500, gain: 0.3 },
      { atMono: 2500, gain: 1 },
    ]
    const { samples, reports } = play(
      [{ key: 'a', path, startMono: 500, lengthMs: 3000, volumes }],
      4500,
    )
    const level = (ms: number) => at(samples, ms, 1)[0] ?? 0
    expect([level(600), level(1290), level(1500), level(2499), level(2710)]).toEqual([
      10_000, 10_000, 3_000, 3_000, 10_000,
    ])
    expect(level(1400)).toBeGreaterThan(3_000)
    expect(level(2600)).toBeLessThan(10_000)
    let largest = 0
    for (let index = 510 * PER_MS; index < 3490 * PER_MS; index++)
      largest = Math.max(largest, Math.abs((samples[index] ?? 0) - (samples[index - 1] ?? 0)))
    expect(largest).toBeLessThan(3)
    expect(reports.filter(({ type }) => type === 'ended')).toMatchObject([{ reason: 'done' }])
  })

  test('an item that the plan cuts short fades out up to the cut; a whole one does not', () => {
    const path = join(tempFolder(), 'flat.pcm')
    writeFileSync(path, Buffer.from(new Int16Array(3000 * PER_MS).fill(10_000).buffer))
    const cue = { key: 'a', path, startMono: 500, lengthMs: 1000 }
    const cut = play([{ ...cue, isCut: true }], 2500).samples
    expect(at(cut, 1499.9, 1)[0]).toBeLessThan(100)
    expect(at(cut, 1375, 1)[0]).toBe(5_000)
    expect(at(play([cue], 2500).samples, 1499.9, 1)[0]).toBe(10_000)
  })

  test('the cap holds down what plays, and 0 is digital silence', () => {
    const path = join(tempFolder(), 'flat.pcm')
    writeFileSync(path, Buffer.from(new Int16Array(3000 * PER_MS).fill(10_000).buffer))
    const { samples } = play(
      [{ key: 'a', path, startMono: 500, lengthMs: 3000 }],
      3500,
      (mixer, now) => {
        if (now === 1000) mixer.setCap(0.25)
        if (now === 2000) mixer.setCap(0)
      },
    )
    expect([at(samples, 1370, 1)[0], at(samples, 1430, 1)[0]]).toEqual([10_000, 2_500])
    expect(at(samples, 2450, 48).every((sample) => sample === 0)).toBe(true)
  })

  test('[TL5] the cap holds for a sound that is made louder than others, and a softer one stays softer', () => {
    const path = join(tempFolder(), 'flat.pcm')
    writeFileSync(path, Buffer.from(new Int16Array(3000 * PER_MS).fill(10_000).buffer))
    const loudest = (gain: number) => {
      const volumes = [{ atMono: 500, gain: 0.5 }]
      const cue = { key: 'a', path, startMono: 500, lengthMs: 3000, gain, volumes }
      const { samples } = play([cue], 3500, (mixer, now) => {
        if (now === 1000) mixer.setCap(0.4)
      })
      return [at(samples, 1370, 1)[0], at(samples, 1430, 1)[0]]
    }
    expect(loudest(1)).toEqual([5_000, 4_000])
    expect(loudest(1.5)).toEqual([7_500, 4_000])
    expect(loudest(0.5)).toEqual([2_500, 2_000])
  })

  test('what is hushed goes on unheard, comes back gently at its place, and says how long it was away', () => {
    const path = ramp(tempFolder(), 'a.pcm', 4000, 5000)
    const playUnder = (hush: Hush) =>
      play(
        [{ key: 'a', path, startMono: 500, lengthMs: 4000 }],
        5500,
        () => {},
        (mono) => (mono >= 1500 && mono < 2500 ? hush : undefined),
      )
    const { samples, reports } = playUnder('emergency')
    expect(at(samples, 1520, 900 * PER_MS).every((sample) => sample === 0)).toBe(true)
    expect(at(samples, 3100, 1)[0]).toBe(5000 + ((2600 * PER_MS) % 10_000))
    const ended = reports.find((report) => report.type === 'ended')
    expect(ended).toMatchObject({ reason: 'done', samples: 4000 * PER_MS, isMutedByHand: false })
    expect(ended?.type === 'ended' && Math.abs(ended.mutedMs - 1000)).toBeLessThan(50)
    expect(playUnder('muted').reports.at(-1)).toMatchObject({ isMutedByHand: true })
  })

  test('nothing to hear where something was meant to be is noticed; a planned pause is not', () => {
    const folder = tempFolder()
    const path = join(folder, 'silence.pcm')
    writeFileSync(path, Buffer.from(new Int16Array(4000 * PER_MS).buffer))
    const silentMs = (change: Partial<TestCue>, isHushed = false) => {
      let longest = 0
      const cue = { key: 'a', path, startMono: 500, lengthMs: 3000, ...change }
      const watch = (mixer: Mixer) => {
        longest = Math.max(longest, mixer.silentMs())
      }
      play([cue], 4500, watch, () => (isHushed ? 'muted' : undefined))
      return longest
    }
    expect(silentMs({})).toBeGreaterThan(2_900)
    expect(silentMs({ volumes: [{ atMono: 500, gain: 0 }] })).toBe(0)
    expect(silentMs({}, true)).toBe(0)
    expect(silentMs({ path: ramp(folder, 'loud.pcm', 3000, 5000) })).toBe(0)
  })

  test('the level is told second by second, one byte each, and of an hour in no more bytes', () => {
    const meter = createLevelMeter()
    const seconds = (count: number, amplitude: number) => {
      for (let second = 0; second < count; second++)
        meter.add(48_000, 48_000 * amplitude ** 2, amplitude)
    }
    seconds(2, 32_768)
    seconds(1, 3_276.8)
    seconds(1, 0)
    const { stepMs, bytes } = meter.curve()
    expect([stepMs, [...Buffer.from(bytes, 'base64')]]).toEqual([1000, [255, 255, 215, 0]])
    seconds(3_600, 3_276.8)
    const long = meter.curve()
    expect(long.stepMs).toBe(16_000)
    const levels = [...Buffer.from(long.bytes, 'base64')]
    expect(levels).toHaveLength(Math.ceil(3_604 / 16))
    expect(levels.at(-2)).toBe(215)
  })

  test('silence has no level', () => {
    expect(dbfs(0)).toBeNull()
    expect(dbfs(32_768)).toBe(0)
  })
})

test('the paced output takes samples as fast as the clock goes, and writes a gap where it was starved', async () => {
  const path = join(tempFolder(), 'out.pcm')
  const output = createPacedDevice(path).open(PROGRAMME, { onLost() {} })
  const block = new Int16Array(480).fill(7)
  const fill = () => {
    while (output.wanted() >= 480) output.write(block)
  }
  fill()
  const ahead = output.written() - (output.sampleAt(monotonicMs()) ?? 0)
  expect(ahead).toBeGreaterThan(680 * PER_MS)
  await new Promise((resolve) => setTimeout(resolve, 900))
  fill()
  expect(output.underruns()).toBeGreaterThan(0)
  output.close()
  const samples = samplesOf(path)
  expect(samples.some((sample) => sample === 0)).toBe(true)
  expect(samples).toHaveLength(output.written())
})

test('what a sound adds is the same in blocks of 20 ms as sample by sample, through steps, fades and a stop', () => {
  const path = ramp(tempFolder(), 'a.pcm', 3_000, 5_000)
  const mixed = (size: number) => {
    const volumes = [
      { atMono: 0, gain: 0.8 },
      { atMono: 900, gain: 0.3 },
      { atMono: 1_500, gain: 1.2 },
    ]
    const one = voice({
      path,
      key: 'a',
      startMono: 0,
      lengthMs: 2_500,
      offsetMs: 400,
      isCut: true,
      volumes,
    })
    one.startSample = 0
    const all = new Float32Array(2_400 * PER_MS)
    const unchanged: BlockGain = { cap: [0.9, 0.9], master: [1, 1], hush: undefined }
    for (let at = 0; at < all.length; at += size) {
      if (at === 2_000 * PER_MS) one.stop(at)
      one.mixInto(all.subarray(at, at + size), at, unchanged)
    }
    return all
  }
  const blocks = mixed(20 * PER_MS)
  expect(blocks).toEqual(mixed(1))
  expect(blocks[1_000 * PER_MS]).toBeGreaterThan(0)
})

describe('an output clock read coarsely', () => {
  test('a hundred readings rounded to a millisecond give its line to a few hundredths', () => {
    const line = createClockLine()
    for (let index = 0; index < 100; index++) {
      const mono = 1000 + index * 50.3
      line.add({ monoMs: mono, sample: Math.floor(mono - 1000.25) * PER_MS })
    }
    const off = (line.sampleAt(6000) ?? 0) / PER_MS - (6000 - 1000.25 - 0.5)
    expect(Math.abs(off)).toBeLessThan(0.1)
  })

  test('one late reading moves nothing; an output that stopped for a while moves the line', () => {
    const line = createClockLine()
    for (let index = 0; index < 50; index++)
      line.add({ monoMs: index * 50, sample: index * 50 * PER_MS })
    line.add({ monoMs: 2580, sample: 2500 * PER_MS })
    expect(line.sampleAt(3000)).toBeCloseTo(3000 * PER_MS)
    for (let index = 0; index < 3; index++)
      line.add({ monoMs: 3000 + index * 50, sample: (2800 + index * 50) * PER_MS })
    expect(line.sampleAt(4000)).toBeCloseTo(3800 * PER_MS)
  })
})
