import { execFileSync } from 'node:child_process'
import { describe, expect, onTestFinished, test } from 'vitest'
import { monotonicMs } from '../../player/time/monotonic.ts'
import { amplitude, WINDOW } from '../support/hearing.ts'
import { clip, emergency, FFMPEG, openSpeaker, tone } from '../support/loudspeaker.ts'
import { needs } from '../support/needs.ts'
import { type Pulse, type Recording, startPulse } from '../support/pulse.ts'
import { until } from '../support/until.ts'

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

/** A server of sound, and a loudspeaker that plays through it. */
const start = async () => {
  const pulse = await startPulse()
  onTestFinished(() => pulse.close())
  Object.assign(process.env, pulse.env)
  const speaker = openSpeaker('pulse')
  await until(() => speaker.speaker.output() === 'pulse')
  // Its clock line needs a second of readings.
  await sleep(1_500)
  return { ...speaker, pulse }
}

/** Where a tone is heard in a recording: amplitudes every 10 ms by instant. */
const heardAt = (recording: Recording, hertz: number): { mono: number; level: number }[] => {
  const samples = recording.samples()
  return Array.from({ length: Math.floor(samples.length / WINDOW) }, (_, index) => ({
    mono: recording.monoOf(index * WINDOW),
    level: amplitude(samples, index * WINDOW, hertz),
  }))
}

const pacatsOf = (pulse: Pulse): number[] =>
  [...pulse.control('list', 'sink-inputs').matchAll(/application.process.id = "(\d+)"/g)].map(
    ([, pid]) => Number(pid),
  )

describe('on a real sound server', needs('pulseaudio'), () => {
  test('a clip comes out of the sink whole, sample for sample, and nothing else does', async () => {
    const { pulse, folder, speaker, cue, started, ended } = await start()
    const path = clip(folder, 2)
    const recording = pulse.record()
    await speaker.cue(cue('a', path, 2000, 2000))
    await until(() => ended.has('a'))
    await sleep(700)
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

  test('an emergency is heard at once, alone, and the programme goes on after it where it would be', async () => {
    const { pulse, folder, speaker, clock, cue, ended } = await start()
    const programme = tone(folder, 400, 12)
    const alarm = tone(folder, 3000, 3)
    const interrupt = async (nth: number) => {
      const keys = { programme: `programme ${nth}`, emergency: `emergency ${nth}` }
      const recording = pulse.record()
      await speaker.cue(cue(keys.programme, programme, 1000, 12_000))
      await sleep(3_000)
      const arrivedAt = monotonicMs()
      const urgent = cue(keys.emergency, alarm, 0, 3_000)
      await speaker.cue({ ...urgent, ...emergency(clock.now() ?? 0) })
      await until(() => ended.has(keys.programme) && ended.has(keys.emergency))
      await recording.stop()
      const alarmHeard = heardAt(recording, 3000)
      const onset = (alarmHeard.find(({ level }) => level > 5_000)?.mono ?? 0) - arrivedAt
      expect(onset).toBeGreaterThan(0)
      const heard = heardAt(recording, 400)
      const between = (from: number, to: number) =>
        heard.filter(({ mono }) => mono > arrivedAt + from && mono < arrivedAt + to)
      // A busy machine may tear a hole into the alarm, whose edges are clicks in every pitch: a programme
      // stands there for longer.
      const under = between(0, 2_950)
      const isStanding = (_: unknown, index: number) =>
        under.slice(index, index + 5).every(({ level }) => level > 100)
      const lastHeard = (under.slice(0, -4).findLast(isStanding)?.mono ?? 0) - arrivedAt
      // What the server held already is over by then, whether it was silenced or not.
      expect(lastHeard).toBeLessThan(onset + 1_000)
      const rest = under.filter(({ mono }) => mono > arrivedAt + onset + 1_000)
      expect(rest.filter(({ level }) => level > 100).length).toBeLessThan(0.1 * rest.length)
      const after = between(4_000, 6_000)
      expect(after.filter(({ level }) => level > 10_000).length).toBeGreaterThan(0.9 * after.length)
      const measured = ended.get(keys.programme)?.measured
      expect(measured?.kind === 'audio' && measured.mutedMs).toBeGreaterThan(1_000)
      expect(ended.get(keys.programme)?.reason).toBe('done')
      expect(ended.get(keys.emergency)?.reason).toBe('done')
      return { onset, lastHeard }
    }
    // A machine that is busy with something else just then may be slow once, not always.
    for (let nth = 0; ; nth++) {
      const { onset, lastHeard } = await interrupt(nth)
      if (onset < 400 && lastHeard < 500) break
    }
  })

  test('muting silences what is on already, and everything until it is taken back', async () => {
    const { pulse, folder, speaker, cue } = await start()
    const recording = pulse.record()
    await speaker.cue(cue('a', tone(folder, 400, 60), 1000, 60_000))
    const levels = () => {
      const samples = recording.samples().slice(-20 * WINDOW)
      return Array.from({ length: 20 }, (_, index) => amplitude(samples, index * WINDOW, 400))
    }
    const isHeard = () => levels().every((level) => level > 10_000)
    const isSilent = () => levels().every((level) => level === 0)
    await until(isHeard)
    speaker.setMuted(true)
    await until(isSilent)
    const silentAt = recording.samples().length
    await sleep(2_000)
    expect(
      recording
        .samples()
        .subarray(silentAt)
        .every((sample) => sample === 0),
    ).toBe(true)
    speaker.setMuted(false)
    await until(isHeard)
  })

  test('an output whose process is killed is back, and so is the clip, where it should be by now', async () => {
    const { pulse, folder, speaker, cue, ended, outputs } = await start()
    const path = tone(folder, 400, 8)
    await speaker.cue(cue('a', path, 1000, 8_000))
    await sleep(2_500)
    for (const pid of pacatsOf(pulse)) process.kill(pid, 'SIGKILL')
    await until(() => outputs.at(-1) === null)
    await until(() => outputs.at(-1) === 'pulse')
    expect(ended.get('a')?.reason).toBe('lost')
    const recording = pulse.record()
    await speaker.cue(cue('again', path, 0, 4_000, { offsetMs: 3_000 }))
    await until(() => recording.samples().some((sample) => Math.abs(sample) > 3_000))
  })

  test('a device that is unplugged is a fault, and plugged in again it plays again', async () => {
    const { pulse, folder, speaker, cue, ended, faults, outputs } = await start()
    await speaker.cue(cue('a', tone(folder, 400, 8), 1000, 8_000))
    await sleep(2_500)
    pulse.unplug()
    await until(() => ended.get('a')?.reason === 'lost')
    expect(speaker.output()).toBeNull()
    await sleep(7_000)
    expect(faults.at(-1)).not.toBeNull()
    expect(outputs.filter((output) => output === 'pulse')).toHaveLength(1)
    pulse.plug()
    await until(() => speaker.output() === 'pulse' && faults.at(-1) === null)
    const recording = pulse.record()
    await speaker.cue(cue('b', tone(folder, 400, 2), 1500, 2_000))
    await until(() => ended.get('b')?.reason === 'done')
    expect(Math.max(...heardAt(recording, 400).map(({ level }) => level))).toBeGreaterThan(10_000)
  })

  test('a device that stops taking sound without a word is noticed, and opened anew', async () => {
    const { pulse, faults, outputs } = await start()
    pulse.control('suspend-sink', 'horn', '1')
    await until(() => faults.some((fault) => fault !== null))
    expect(outputs).toEqual(['pulse'])
    await until(() => outputs.at(-1) === null)
    pulse.control('suspend-sink', 'horn', '0')
    await until(() => outputs.at(-1) === 'pulse' && faults.at(-1) === null)
  })

  test('a server that dies under a clip is noticed, and the output is there again after it', async () => {
    const { pulse, folder, speaker, cue, ended, faults } = await start()
    await speaker.cue(cue('a', clip(folder, 4), 1500, 4000))
    await sleep(2500)
    await pulse.close()
    await until(() => ended.has('a'))
    expect(ended.get('a')?.reason).toBe('lost')
    await until(() => faults.some((fault) => fault !== null))
    const again = await startPulse(pulse.folder)
    onTestFinished(() => again.close())
    await until(() => speaker.output() === 'pulse' && faults.at(-1) === null)
  })

  test('a server that does not answer when the player starts is found later, and played through', async () => {
    const pulse = await startPulse()
    onTestFinished(() => pulse.close())
    const { PATH } = process.env
    // Nothing that asks a server or a card is found.
    Object.assign(process.env, pulse.env, { PATH: '/nonexistent' })
    const { speaker, outputs } = openSpeaker('auto')
    process.env.PATH = PATH
    await until(() => speaker.output() !== null)
    await until(() => speaker.output() === 'pulse')
    expect(outputs).toEqual(['null', null, 'pulse'])
  })

  test('planned sound without any level is an alarm, and is over with it', async () => {
    const { folder, speaker, cue, faults, ended } = await start()
    const path = tone(folder, 0, 5)
    await speaker.cue(cue('a', path, 1500, 5_000))
    await until(() => faults.some((fault) => fault !== null))
    await until(() => ended.has('a'))
    await until(() => faults.at(-1) === null)
    expect(ended.get('a')).toMatchObject({ reason: 'done', measured: { rmsDbfs: null } })
  })
})
