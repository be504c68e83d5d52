import { expect, test } from 'vitest'
import { parseStreams } from '../../media/ingest/probe.ts'
import { correctedLevels, firstLevels, isOnTarget } from '../../media/loudness/gain.ts'
import { parseLoudness } from '../../media/loudness/measure.ts'
import { bulletinTitle } from '../../media/slides/bulletin.ts'
import { clipArguments } from '../../media/transcode/arguments.ts'

test('the description of an input is read in both of its usual forms', () => {
  const video = `
  Duration: 01:02:03.45, start: 0.000000, bitrate: 1 kb/s
  Stream #0:0[0x1](und): Video: h264 (High) (avc1 / 0x31637661), yuv420p(progressive), 1280x720 [SAR 1:1 DAR 16:9], 30 fps
  Stream #0:1[0x2](vie): Audio: aac (LC), 48000 Hz, stereo`
  expect(parseStreams(video)).toEqual({
    durationMs: 3_723_450,
    hasAudio: true,
    video: { width: 1280, height: 720 },
  })
  const cover = `
  Duration: N/A, bitrate: N/A
  Stream #0:0: Audio: mp3, 44100 Hz, mono
  Stream #0:1: Video: png, rgba(pc), 600x600 [SAR 1:1 DAR 1:1], 90k tbr (attached pic)`
  expect(parseStreams(cover)).toEqual({ durationMs: null, hasAudio: true, video: null })
})

test('the loudness summary is the last one, and silence has none', () => {
  const report = `[Parsed_ebur128_0] Summary:

  Integrated loudness:
    I:         -19.3 LUFS
    Threshold: -29.6 LUFS

  True peak:
    Peak:       -0.4 dBFS`
  expect(parseLoudness(`I: -5.0 LUFS early\n${report}`)).toEqual({
    lufs: -19.3,
    truePeakDbtp: -0.4,
  })
  const silence = report.replace('-19.3', '-70.0').replace('-0.4', '-inf')
  expect(parseLoudness(silence)).toEqual({ lufs: null, truePeakDbtp: null })
})

test('levels go to the target, and are corrected by what came out', () => {
  expect(firstLevels(-30)).toEqual({ gainDb: 14, ceilingDb: -2.2 })
  expect(firstLevels(-90).gainDb).toBe(40)
  const next = correctedLevels({ gainDb: 14, ceilingDb: -2.2 }, { lufs: -17, truePeakDbtp: -1.1 })
  expect(next.gainDb).toBeCloseTo(15)
  expect(next.ceilingDb).toBeCloseTo(-2.6)
  expect(isOnTarget({ lufs: -16.5, truePeakDbtp: -1.5 })).toBe(true)
  expect(isOnTarget({ lufs: -16.6, truePeakDbtp: -3 })).toBe(false)
  expect(isOnTarget({ lufs: -16, truePeakDbtp: -1.4 })).toBe(false)
})

test('a clip is written as Opus, mono, through a limiter that sees between samples', () => {
  const command = clipArguments({ gainDb: 3.456, ceilingDb: -6.0206 }, '/out').join(' ')
  expect(command).toContain('aresample=192000,volume=3.46dB,alimiter=limit=0.50000')
  expect(command).toMatch(/-ac 1 .*-c:a libopus -b:a 64k -t 7201 -fs 100000000 -f ogg \/out$/)
})

test('a bulletin is called by its first heading, or by its first line', () => {
  expect(bulletinTitle('một\n\n## Cắt nước \nhai')).toBe('Cắt nước')
  expect(bulletinTitle('\n\n  Thông báo\nhai')).toBe('Thông báo')
  expect(bulletinTitle(' \n')).toBeUndefined()
})
