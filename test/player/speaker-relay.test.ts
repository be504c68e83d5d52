import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import pino from 'pino'
import { describe, expect, test } from 'vitest'
import type { Cue } from '../../player/stage/stage.ts'
import { aPlanItem, sha } from '../support/builders.ts'
import { amplitude, WINDOW } from '../support/hearing.ts'
import { startLiveHls } from '../support/hls.ts'
import { startLiveStream } from '../support/live-stream.ts'
import { openSpeaker, tone } from '../support/loudspeaker.ts'
import { tempFolder } from '../support/temp-folder.ts'
import { until } from '../support/until.ts'

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

const STREAM_HZ = 1_000
const FALLBACK_HZ = 400

/** A loudspeaker that writes what it would have played to a file, and a relay to play on it. */
const start = (
  addresses: string[],
  lengthMs: number,
  hasFallback: boolean,
  relayHosts: readonly string[] = ['127.0.0.1'],
) => {
  const out = join(tempFolder(), 'out.pcm')
  const lines: { msg: string; address?: string; reason?: string }[] = []
  const log = pino({ level: 'warn' }, { write: (line: string) => lines.push(JSON.parse(line)) })
  const opened = openSpeaker(`file:${out}`, { log })
  const { folder, clock } = opened
  const list = join(folder, 'relay.uri')
  writeFileSync(list, ['# Đài', ...addresses, ''].join('\r\n'))
  const fallback = { sha256: sha('fallback'), mime: 'audio/ogg' }
  const from = (clock.now() ?? 0) + 6_000
  const cue: Cue = {
    key: 'relay',
    item: aPlanItem('relay', lengthMs, {
      kind: 'relay',
      mime: 'text/uri-list',
      fallback: hasFallback ? fallback : null,
    }),
    path: list,
    from,
    to: from + lengthMs,
    offsetMs: 0,
    volume: 100,
    sound: {
      priority: 'normal',
      volumes: [{ at: from, volume: 100 }],
      fallbackPath: hasFallback ? tone(folder, FALLBACK_HZ, 2) : null,
      relayHosts,
    },
  }
  const heard = () => {
    const bytes = readFileSync(out)
    const samples = new Int16Array(bytes.buffer, bytes.byteOffset, bytes.length >> 1)
    const seconds = (hertz: number) => {
      let windows = 0
      for (let at = 0; at + WINDOW <= samples.length; at += WINDOW)
        if (amplitude(samples, at, hertz) > 5_000) windows++
      return windows / 100
    }
    return { stream: seconds(STREAM_HZ), fallback: seconds(FALLBACK_HZ) }
  }
  const measuredOf = () => {
    const measured = opened.ended.get('relay')?.measured
    return measured?.kind === 'audio' ? measured : undefined
  }
  const relayOf = () => measuredOf()?.relay
  const playedMs = () => {
    const { samples = 0, sampleRate = 1 } = measuredOf() ?? {}
    return Math.round((1_000 * samples) / sampleRate)
  }
  return { ...opened, cue, heard, relayOf, playedMs, lines }
}

describe('a relay', () => {
  test('is pulled in ahead, begins at its instant, falls back when cut, and comes back', async () => {
    const station = await startLiveStream(STREAM_HZ)
    const { speaker, cue, started, ended, heard, relayOf } = start([station.address], 26_000, true)
    await speaker.cue(cue)
    await until(() => started.has('relay'))
    expect(Math.abs(started.get('relay')?.errorMs ?? 99)).toBeLessThan(1)
    await sleep(4_000)
    station.setUp(false)
    await sleep(6_000)
    station.setUp(true)
    await until(() => ended.has('relay'), 40)
    const relay = relayOf()
    expect(ended.get('relay')?.reason).toBe('done')
    expect((relay?.streamMs ?? 0) + (relay?.fallbackMs ?? 0)).toBe(26_000)
    expect(relay).toMatchObject({ silentMs: 0, connections: 2 })
    // What the record says is what was in the air.
    await speaker.close()
    const air = heard()
    expect(Math.abs(air.stream - (relay?.streamMs ?? 0) / 1000)).toBeLessThan(0.5)
    expect(Math.abs(air.fallback - (relay?.fallbackMs ?? 0) / 1000)).toBeLessThan(0.5)
    expect(air.stream).toBeGreaterThan(8)
    expect(air.fallback).toBeGreaterThan(3)
  })

  test('that never comes is its fallback, over and over; without one it is silence, and says so', async () => {
    const station = await startLiveStream(STREAM_HZ)
    station.setUp(false)
    const listen = async (hasFallback: boolean) => {
      const { speaker, cue, ended, relayOf } = start([station.address], 5_000, hasFallback)
      await speaker.cue(cue)
      await until(() => ended.has('relay'))
      expect(relayOf()).toEqual({
        streamMs: 0,
        fallbackMs: hasFallback ? 5_000 : 0,
        silentMs: hasFallback ? 0 : 5_000,
        connections: 0,
      })
      const measured = ended.get('relay')?.measured
      expect(measured?.kind === 'audio' && measured.rmsDbfs === null).toBe(!hasFallback)
    }
    await Promise.all([listen(true), listen(false)])
  })

  test('takes the next address where the first does not answer', async () => {
    const station = await startLiveStream(STREAM_HZ)
    const addresses = ['http://127.0.0.1:9/nothing', station.address]
    const { speaker, cue, ended, relayOf } = start(addresses, 8_000, false)
    await speaker.cue(cue)
    await until(() => ended.has('relay'))
    expect(relayOf()?.streamMs).toBeGreaterThan(3_500)
  })

  test('whose fallback cannot be played is on air all the same, and the log says so', async () => {
    const station = await startLiveStream(STREAM_HZ)
    const { speaker, cue, ended, relayOf, lines } = start([station.address], 4_000, true)
    writeFileSync(cue.sound?.fallbackPath ?? '', 'no sound')
    await speaker.cue(cue)
    await until(() => ended.has('relay'))
    expect(relayOf()).toMatchObject({ fallbackMs: 0, connections: 1 })
    expect(relayOf()?.streamMs).toBeGreaterThan(2_000)
    expect(lines.map(({ msg }) => msg)).toContain('what a relay falls back on cannot be played')
  })

  test('in segments (HLS) is played as it is broadcast', async () => {
    const station = await startLiveHls(STREAM_HZ)
    const { speaker, cue, ended, heard, relayOf } = start([station.address], 14_000, true)
    await speaker.cue(cue)
    await until(() => ended.has('relay'))
    expect(relayOf()).toMatchObject({ connections: 1, silentMs: 0 })
    await speaker.close()
    const air = heard()
    expect(Math.abs(air.stream - (relayOf()?.streamMs ?? 0) / 1000)).toBeLessThan(0.5)
    expect(air.stream).toBeGreaterThan(12)
  })

  test('from where no stream may come is its fallback, nobody there hears of it, and the log names it', async () => {
    const station = await startLiveStream(STREAM_HZ)
    const listen = async (address: string, message: string) => {
      const { speaker, cue, ended, relayOf, playedMs, lines } = start([address], 3_000, true, [
        'other.example',
      ])
      await speaker.cue(cue)
      await until(() => ended.has('relay'))
      // A machine too busy to begin in time plays less of it; what did play was the fallback, all of it.
      expect(playedMs()).toBeGreaterThan(0)
      expect(playedMs()).toBeLessThanOrEqual(3_000)
      const fallbackMs = playedMs()
      expect(relayOf()).toEqual({ streamMs: 0, fallbackMs, silentMs: 0, connections: 0 })
      expect(lines, address).toContainEqual(expect.objectContaining({ address, msg: message }))
    }
    const refused = 'this address of a relay is not allowed'
    const port = new URL(station.address).port
    await Promise.all([
      listen(station.address, refused),
      listen('udp://127.0.0.1:5599', refused),
      listen(`https://localhost:${port}/live.mp3`, 'no stream comes from an address of a relay'),
    ])
    expect(station.connections()).toBe(0)
  })

  test('without an address of a stream is refused, and no file of the machine is one', async () => {
    for (const address of ['file:///etc/passwd', '/etc/passwd', 'concat:a|b', 'http://']) {
      const { speaker, cue } = start([address], 1_000, false)
      await expect(speaker.cue(cue)).rejects.toThrow('no address')
      await speaker.close()
    }
  })
})
