import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { aPlanItem } from '../support/builders.ts'
import { syncedClock } from '../support/clock.ts'
import { make } from '../support/ffmpeg.ts'
import { PULSEAUDIO, startPulse } from '../support/pulse.ts'
import { atMost, type Report, reportOf } from './report.ts'
import { aSpeaker, IS_FULL, sleep } from './sound.ts'

const CLIPS = IS_FULL ? 60 : 12
/** Lengths in whole milliseconds, as plans have them, and no two alike. */
const lengthOf = (index: number) => 700 + 37 * (index % 9)

const samplesIn = (path: string): Int16Array => {
  const bytes = readFileSync(path)
  return new Int16Array(bytes.buffer, bytes.byteOffset, bytes.length >> 1)
}

/** Where a stretch of samples is in others, within a tolerance for a server's own arithmetic. */
const placeOf = (wanted: Int16Array, all: Int16Array, from: number): number => {
  for (let at = from; at + wanted.length <= all.length; at++) {
    let index = 0
    while (index < wanted.length && Math.abs((all[at + index] ?? 0) - (wanted[index] ?? 0)) <= 2)
      index++
    if (index === wanted.length) return at
  }
  return -1
}

/** The beginning of a clip whose start was moved is faded in: it is found by what comes after. */
const AFTER = 1_000

/**
 * Samples too many (or, below 0, left out) at each joint of clips that were to touch, and inside each
 * clip; NaN where one is not found, or does not begin as it was sent.
 */
const gapsIn = (clips: readonly Int16Array[], all: Int16Array) => {
  const joints: number[] = []
  const inside: number[] = []
  let end = 0
  for (const [index, clip] of clips.entries()) {
    const near = Math.max(0, end - 4_800)
    const found = placeOf(clip.subarray(AFTER, AFTER + 2_000), all, near)
    const begin = found < 0 ? Number.NaN : found - AFTER
    const last = placeOf(clip.subarray(-2_000), all, Math.max(0, found))
    if (index > 0) joints.push(begin - end)
    end = last < 0 ? Number.NaN : last + 2_000
    const upTo = all.subarray(0, begin + AFTER)
    const isBegun = placeOf(clip.subarray(0, AFTER), upTo, begin) === begin
    inside.push(isBegun ? end - begin - clip.length : Number.NaN)
    if (Number.isNaN(end)) end = near + 4_800 + clip.length
  }
  return { joints, inside }
}

/** The farthest from 0; NaN where there is one among them. */
const worst = (gaps: readonly number[]): number => Math.max(...gaps.map(Math.abs))

type Clip = { path: string; ms: number; samples: Int16Array }

const makeClips = (folder: string): Clip[] =>
  Array.from({ length: CLIPS }, (_, index) => {
    const ms = lengthOf(index)
    const source = `anoisesrc=d=${ms / 1000}:c=pink:r=48000:seed=${index + 1}:a=0.5`
    const path = make(
      join(folder, `${index}.ogg`),
      ...['-f', 'lavfi', '-i', source, '-c:a', 'flac', '-sample_fmt', 's16', '-f', 'ogg'],
    )
    const raw = make(join(folder, `${index}.raw`), '-i', path, '-f', 's16le')
    make(join(folder, `${index}.wav`), '-i', path)
    return { path, ms, samples: samplesIn(raw) }
  })

/** Ours, one after another on an output. */
const played = async (folder: string, clips: readonly Clip[], output: string) => {
  const clock = syncedClock(folder)
  const { speaker, endings, isOpen } = aSpeaker(folder, output, clock)
  await isOpen()
  for (const [index, { path, ms }] of clips.entries()) {
    await speaker.prepare(aPlanItem(String(index), ms), path)
  }
  let from = (clock.now() ?? 0) + 2_000
  for (const [index, { path, ms }] of clips.entries()) {
    const to = from + ms
    const item = aPlanItem(String(index), ms)
    await speaker.cue({ key: String(index), item, path, from, to, offsetMs: 0, volume: 100 })
    from = to
  }
  while (endings.length < clips.length) await sleep(100)
  await sleep(500)
  await speaker.close()
}

const peer = async (folder: string, clips: readonly Clip[]): Promise<Int16Array> => {
  const pulse = await startPulse()
  const recording = pulse.record()
  await sleep(1_000)
  const files = clips.map((_, index) => join(folder, `${index}.wav`))
  const options = ['--no-config', '--no-video', '--really-quiet', '--ao=pulse']
  const child: ChildProcess = spawn('mpv', [...options, '--gapless-audio=yes', ...files], {
    env: { ...process.env, ...pulse.env },
    stdio: 'ignore',
  })
  await new Promise((resolve) => child.on('close', resolve).on('error', resolve))
  await sleep(700)
  const samples = await recording.stop()
  await pulse.close()
  return samples
}

/** What lies between two clips that are to touch, to the sample. */
export const gapless = async (): Promise<Report> => {
  const folder = mkdtempSync(join(tmpdir(), 'loabang-bench-'))
  const clips = makeClips(folder)
  const samples = clips.map((clip) => clip.samples)
  const out = join(folder, 'out.pcm')
  await played(folder, clips, `file:${out}`)
  const all = samplesIn(out)
  const begin = placeOf((samples[0] as Int16Array).subarray(0, 2_000), all, 0)
  const expected = samples.flatMap((clip) => [...clip])
  const different = expected.filter((sample, index) => all[begin + index] !== sample).length
  const figures: Report['figures'] = {
    clips: CLIPS,
    'file output: samples': expected.length,
    'file output: samples that differ': different,
  }
  const limit: Report['limit'] = { 'file output: samples between clips': 0 }
  const goals = [atMost('file output: samples that differ', different, 0)]
  if (PULSEAUDIO) {
    const pulse = await startPulse()
    Object.assign(process.env, pulse.env)
    const recording = pulse.record()
    await played(folder, clips, 'pulse')
    const { joints, inside } = gapsIn(samples, await recording.stop())
    await pulse.close()
    const apart = joints.filter((gap) => gap !== 0).length
    const torn = inside.filter((gap) => gap !== 0).length
    figures['sound server: worst gap, samples'] = worst(joints)
    goals.push(atMost('sound server: joints that do not touch', apart, 0))
    goals.push(atMost('sound server: clips that are not whole', torn, 0))
    const theirs = gapsIn(samples, await peer(folder, clips)).joints
    limit['peer: mpv --gapless-audio, worst gap, samples'] = worst(theirs)
    limit['peer: mpv, joints that do not touch'] = theirs.filter((gap) => gap !== 0).length
  }
  rmSync(folder, { recursive: true, force: true })
  return reportOf('gapless', { figures, limit, goals })
}
