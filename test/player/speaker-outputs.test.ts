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
import { needs } from '../support/needs.ts'
import { startPulse } from '../support/pulse.ts'
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

const RIGS: Record<string, { rig: () => Promise<Rig>; uses: string[] }> = {
  pulse: { rig: () => pulseRig('pulse'), uses: ['pulseaudio'] },
  alsa: { rig: alsaRig, uses: ['pulseaudio', 'aplay'] },
  file: { rig: fileRig, uses: [] },
  null: {
    rig: async () => ({ choice: 'null', heard: () => undefined, pull: undefined }),
    uses: [],
  },
}

const PERIOD = 5_003

/** A row of samples in which no two places within its period are alike, and none is silent. */
const row = (index: number): number => 1_000 + 3 * ((index * 7_919) % PERIOD)

for (const [name, { rig, uses }] of Object.entries(RIGS))
  describe(`the output ${name}`, needs(...uses), () => {
    const openOn = (choice: string, depth: Depth) => {
      const losses: string[] = []
      const output = openDevice(choice, 0).open(depth, { onLost: (reason) => losses.push(reason) })
      onTestFinished(() => output.close())
      return { output, losses }
    }
    const open = async (depth: Depth) => {
      const { choice, heard, pull } = await rig()
      return { ...openOn(choice, depth), heard, pull }
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

    test('asks for as much as its depth, and holds no more', async () => {
      // As on a loudspeaker: two streams beside each other, where the device is not one file.
      const { choice } = await rig()
      const other = name === 'file' ? (await rig()).choice : choice
      const outputs = [
        { depth: PROGRAMME, ...openOn(choice, PROGRAMME) },
        { depth: EMERGENCY, ...openOn(other, EMERGENCY) },
      ]
      for (const { output } of outputs) feed(output, () => 0)
      await until(() => outputs.every(({ output }) => output.sampleAt(monotonicMs()) !== undefined))
      await new Promise((resolve) => setTimeout(resolve, 3_000))
      for (const { output, depth } of outputs) {
        const ahead = (output.written() - (output.sampleAt(monotonicMs()) ?? 0)) / 48
        expect(ahead).toBeGreaterThan(depth.bufferMs / 2)
        expect(ahead).toBeLessThan(depth.leadMs + 60)
      }
    })

    test('lets out what it is given in its order, none left out and none twice', async () => {
      const { output, heard } = await open(PROGRAMME)
      feed(output, row)
      if (!heard()) return
      const count = 2 * 48_000
      // Before its first block an output may put a gap, to begin at its instant.
      const begun = () => (heard()?.findIndex((sample) => sample >= 1_000) ?? 0) + BLOCK
      await until(() => (heard()?.length ?? 0) > Math.max(count, begun() + count))
      const samples = heard() as Int16Array
      const first = begun()
      const isNear = (at: number, index: number) => Math.abs((samples[at] ?? 0) - row(index)) <= 1
      const index = Array.from({ length: PERIOD }, (_, place) => place).findIndex(
        (place) => isNear(first, place) && isNear(first + 1, place + 1),
      )
      expect(index).toBeGreaterThanOrEqual(0)
      let same = 0
      for (let at = 0; at < count; at++) if (isNear(first + at, index + at)) same++
      // A machine so busy that it runs dry fails this.
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
      const begun = samples.findIndex((sample) => sample > 8_000)
      const from = samples.subarray(begun)
      const soft = from.reduce((count, sample) => count + Number(sample < 2_000), 0) / 48
      // Of the some 700 ms that it held; how many depends on how busy the machine is.
      expect(soft).toBeGreaterThan(50)
      expect(soft).toBeLessThan(1_500)
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
  })
