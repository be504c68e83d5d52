import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { openDevice } from '../../player/stage/audio/open-device.ts'
import {
  type AudioOutput,
  type Depth,
  EMERGENCY,
  PROGRAMME,
} from '../../player/stage/audio/output.ts'
import { monotonicMs } from '../../player/time/monotonic.ts'
import { PULSEAUDIO, startPulse } from '../support/pulse.ts'
import { tempFolder } from '../support/temp-folder.ts'
import { until } from '../support/until.ts'

/** What every output promises, checked on each of them. */

const BLOCK = 960

/** Keeps an output filled with what `next` gives, as the mixer does. */
const feed = (output: AudioOutput, next: (index: number) => number) => {
  const block = new Int16Array(BLOCK)
  const turn = () => {
    while (output.wanted() >= BLOCK) {
      const first = output.written()
      for (let index = 0; index < BLOCK; index++) block[index] = next(first + index)
      output.write(block)
    }
  }
  const turning = setInterval(turn, 10)
  onTestFinished(() => clearInterval(turning))
  return () => clearInterval(turning)
}

type Rig = {
  choice: string
  /** What came out so far; undefined where nobody can tell. */
  heard: () => Int16Array | undefined
  /** Takes the device away; undefined where it cannot go. */
  pull: (() => void) | undefined
}

const pulseRig = async (choice: string): Promise<Rig> => {
  const pulse = await startPulse()
  onTestFinished(() => pulse.close())
  Object.assign(process.env, pulse.env)
  const recording = pulse.record()
  return { choice, heard: () => recording.samples(), pull: pulse.unplug }
}

/** ALSA without a card: its own plug-in leads to the sound server. */
const alsaRig = async (): Promise<Rig> => {
  const config = join(tempFolder(), 'asound.conf')
  writeFileSync(config, 'pcm.horn { type pulse }\nctl.horn { type pulse }\n')
  process.env.ALSA_CONFIG_PATH = `/usr/share/alsa/alsa.conf:${config}`
  onTestFinished(() => {
    delete process.env.ALSA_CONFIG_PATH
  })
  return pulseRig('alsa:horn')
}

const fileRig = async (): Promise<Rig> => {
  const path = join(tempFolder(), 'out.pcm')
  const heard = () => {
    const bytes = readFileSync(path)
    return new Int16Array(bytes.buffer, bytes.byteOffset, bytes.length >> 1)
  }
  return { choice: `file:${path}`, heard, pull: undefined }
}

const RIGS: Record<string, { rig: () => Promise<Rig>; isHere: boolean }> = {
  pulse: { rig: () => pulseRig('pulse'), isHere: PULSEAUDIO !== undefined },
  alsa: { rig: alsaRig, isHere: PULSEAUDIO !== undefined },
  file: { rig: fileRig, isHere: true },
  null: {
    rig: async () => ({ choice: 'null', heard: () => undefined, pull: undefined }),
    isHere: true,
  },
}

/** An endless row of samples in which every stretch is found only once, and none is silent. */
const row = (index: number): number => 1_000 + ((index * 7_919) % 15_013)

describe.each(Object.entries(RIGS).filter(([, { isHere }]) => isHere))(
  'the output %s',
  (name, { rig }) => {
    const open = async (depth: Depth) => {
      const { choice, heard, pull } = await rig()
      const losses: string[] = []
      const output = openDevice(choice, 0).open(depth, { onLost: (reason) => losses.push(reason) })
      onTestFinished(() => output.close())
      return { output, heard, pull, losses }
    }

    test('tells its name and its clock, which goes as fast as time', async () => {
      const { output } = await open(PROGRAMME)
      feed(output, () => 0)
      expect(output.name).toBe(name)
      await until(() => output.sampleAt(monotonicMs()) !== undefined)
      await new Promise((resolve) => setTimeout(resolve, 3_000))
      const mono = monotonicMs()
      const sample = output.sampleAt(mono) ?? Number.NaN
      expect(output.monoAt(sample)).toBeCloseTo(mono, 3)
      expect((output.sampleAt(mono + 1_000) ?? 0) - sample).toBeCloseTo(48_000, 0)
      await new Promise((resolve) => setTimeout(resolve, 2_000))
      // Two readings of the line, two seconds apart, agree about the same instant.
      expect(Math.abs((output.sampleAt(mono) ?? 0) - sample)).toBeLessThan(48 * 20)
      expect(monotonicMs() - output.advancedAt()).toBeLessThan(1_000)
    })

    test.each([
      ['programme', PROGRAMME],
      ['emergency', EMERGENCY],
    ])('asks for as much as its depth, %s, and holds no more', async (_name, depth) => {
      const { output } = await open(depth)
      feed(output, () => 0)
      await until(() => output.sampleAt(monotonicMs()) !== undefined)
      await new Promise((resolve) => setTimeout(resolve, 3_000))
      const ahead = (output.written() - (output.sampleAt(monotonicMs()) ?? 0)) / 48
      expect(ahead).toBeGreaterThan(depth.bufferMs / 2)
      expect(ahead).toBeLessThan(depth.leadMs + 60)
    })

    test('lets out what it is given in its order, none left out and none twice', async () => {
      const { output, heard } = await open(PROGRAMME)
      const stop = feed(output, row)
      await until(() => (output.sampleAt(monotonicMs()) ?? 0) > 3 * 48_000)
      stop()
      const samples = heard()
      if (!samples) return
      const begun = samples.findIndex((sample) => sample >= 1_000)
      const first = samples[begun] as number
      let index = 0
      while (row(index) !== first || row(index + 1) !== samples[begun + 1]) index++
      const count = 2 * 48_000
      let same = 0
      for (let at = 0; at < count; at++)
        if (Math.abs((samples[begun + at] ?? 0) - row(index + at)) <= 1) same++
      // A busy machine may make it run dry; then what follows is late, and this fails.
      expect(same).toBe(count)
    })

    test('hushes what it holds already, where it can, and lets out what comes after', async () => {
      const { output, heard } = await open(PROGRAMME)
      feed(output, () => 9_000)
      await until(() => (output.sampleAt(monotonicMs()) ?? 0) > 48_000)
      await new Promise((resolve) => setTimeout(resolve, 1_500))
      const canHush = output.hush()
      expect(canHush).toBe(name !== 'alsa')
      await new Promise((resolve) => setTimeout(resolve, 2_500))
      const samples = heard()
      if (!samples || !canHush) return
      const silent = samples.reduce((count, sample) => count + Number(sample === 0), 0) / 48
      const before = samples.findIndex((sample) => sample !== 0)
      const lead = before / 48
      // Of some 700 ms that it held most were not heard, and it came back.
      expect(silent - lead).toBeGreaterThan(250)
      expect(silent - lead).toBeLessThan(1_500)
      expect(Math.max(...samples.subarray(-4_800))).toBeGreaterThan(8_900)
    })

    test('says once that it is gone, and takes what it is given all the same', async () => {
      const { output, pull, losses } = await open(PROGRAMME)
      feed(output, () => 0)
      await until(() => output.sampleAt(monotonicMs()) !== undefined)
      if (!pull) return
      pull()
      await until(() => losses.length > 0)
      output.write(new Int16Array(BLOCK))
      await new Promise((resolve) => setTimeout(resolve, 500))
      expect(losses).toHaveLength(1)
    })
  },
)
