import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import pino from 'pino'
import { describe, expect, test } from 'vitest'
import { aPlanItem, sha } from '../support/builders.ts'
import { amplitude, WINDOW } from '../support/hearing.ts'
import { startLiveHls } from '../support/hls.ts'
import { startLiveStream } from '../support/live-stream.ts'
import { openSpeaker, tone } from '../support/loudspeaker.ts'
import { tempFolder } from '../support/temp-folder.ts'
import { until } from '../support/until.ts'

const STREAM_HZ = 1_000
const FALLBACK_HZ = 400
/** Time to decode what it falls back on, and to be connected. */
const LEAD_MS = 6_000
/** Ended by the test, not by its length. */
const ENDLESS_MS = 3_600_000

/** A loudspeaker that writes what it would have played to a file, and relays to play on it. */
const start = (
  addresses: string[],
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
  const fallbackPath = hasFallback ? tone(folder, FALLBACK_HZ, 2) : null
  /** The lead begins now: no work of the test before takes anything of it. */
  const play = async (lengthMs: number, inMs = LEAD_MS) => {
    await until(() => opened.speaker.output() !== null)
    const from = (clock.now() ?? 0) + inMs
    await opened.speaker.cue({
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
        fallbackPath,
        relayHosts,
      },
    })
  }
  const stop = async () => {
    opened.speaker.stop('relay')
    await until(() => opened.ended.has('relay'))
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
  /** What was on air of it, by the samples that went out, ms. */
  const playedMs = () => {
    const { samples = 0, sampleRate = 1 } = measuredOf() ?? {}
    return Math.round((1_000 * samples) / sampleRate)
  }
  /** What was left out of its beginning because it came too late, ms. */
  const skippedMs = () => opened.started.get('relay')?.skippedMs ?? 0
  return { ...opened, skippedMs, fallbackPath, play, stop, heard, relayOf, playedMs, lines }
}

describe('a relay', () => {
  test('is pulled in before it is heard', async () => {
    const station = await startLiveStream(STREAM_HZ)
    const { play, stop, started, relayOf } = start([station.address], false)
    await play(1_000, ENDLESS_MS)
    await until(() => station.connections() > 0)
    await stop()
    expect(started.has('relay')).toBe(false)
    expect(relayOf()).toMatchObject({ streamMs: 0, silentMs: 0 })
  })

  test('begins at its instant, falls back when cut, and comes back', async () => {
    const station = await startLiveStream(STREAM_HZ)
    const { speaker, play, stop, started, heard, relayOf, playedMs } = start(
      [station.address],
      true,
    )
    await play(ENDLESS_MS)
    await until(() => started.has('relay'))
    expect(Math.abs(started.get('relay')?.errorMs ?? 99)).toBeLessThan(1)
    await until(() => heard().stream > 3)
    const beforeCut = heard()
    station.setUp(false)
    await until(() => heard().fallback > beforeCut.fallback + 3)
    const beforeReturn = heard()
    station.setUp(true)
    await until(() => heard().stream > beforeReturn.stream + 3)
    await stop()
    const relay = relayOf()
    const sharesMs = (relay?.streamMs ?? 0) + (relay?.fallbackMs ?? 0)
    expect(Math.abs(sharesMs - playedMs())).toBeLessThanOrEqual(1)
    expect(relay).toMatchObject({ silentMs: 0, connections: 2 })
    // What the record says is what was in the air.
    await speaker.close()
    const air = heard()
    expect(Math.abs(air.stream - (relay?.streamMs ?? 0) / 1000)).toBeLessThan(0.5)
    expect(Math.abs(air.fallback - (relay?.fallbackMs ?? 0) / 1000)).toBeLessThan(0.5)
  })

  test('that never comes is its fallback, over and over; without one it is silence, and says so', async () => {
    const station = await startLiveStream(STREAM_HZ)
    station.setUp(false)
    const listen = async (hasFallback: boolean) => {
      const { play, ended, relayOf, playedMs, skippedMs } = start([station.address], hasFallback)
      await play(5_000)
      await until(() => ended.has('relay'))
      // A machine too busy to begin in time leaves out the beginning, and says how much.
      expect(Math.abs(playedMs() + skippedMs() - 5_000)).toBeLessThan(1)
      expect(relayOf()).toEqual({
        streamMs: 0,
        fallbackMs: hasFallback ? playedMs() : 0,
        silentMs: hasFallback ? 0 : playedMs(),
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
    const { play, stop, heard, relayOf } = start(addresses, false)
    await play(ENDLESS_MS)
    await until(() => heard().stream > 2)
    await stop()
    expect(relayOf()?.streamMs).toBeGreaterThan(2_000)
  })

  test('whose fallback cannot be played is on air all the same, and the log says so', async () => {
    const station = await startLiveStream(STREAM_HZ)
    const { play, stop, fallbackPath, heard, relayOf, lines } = start([station.address], true)
    writeFileSync(fallbackPath ?? '', 'no sound')
    await play(ENDLESS_MS)
    await until(() => heard().stream > 2)
    await stop()
    expect(relayOf()).toMatchObject({ fallbackMs: 0, connections: 1 })
    expect(lines.map(({ msg }) => msg)).toContain('what a relay falls back on cannot be played')
  })

  test('in segments (HLS) is played as it is broadcast', async () => {
    const station = await startLiveHls(STREAM_HZ)
    const { speaker, play, stop, heard, relayOf, playedMs } = start([station.address], true)
    await play(ENDLESS_MS)
    // Longer than what its playlist holds at once.
    await until(() => heard().stream > 12)
    await stop()
    const relay = relayOf()
    const sharesMs = (relay?.streamMs ?? 0) + (relay?.fallbackMs ?? 0)
    expect(Math.abs(sharesMs - playedMs())).toBeLessThanOrEqual(1)
    expect(relay).toMatchObject({ connections: 1, silentMs: 0 })
    await speaker.close()
    expect(Math.abs(heard().stream - (relay?.streamMs ?? 0) / 1000)).toBeLessThan(0.5)
  })

  test('from where no stream may come is its fallback, nobody there hears of it, and the log names it', async () => {
    const station = await startLiveStream(STREAM_HZ)
    const listen = async (address: string, message: string) => {
      const { play, ended, relayOf, playedMs, skippedMs, lines } = start([address], true, [
        'other.example',
      ])
      await play(3_000)
      await until(() => ended.has('relay'))
      expect(Math.abs(playedMs() + skippedMs() - 3_000)).toBeLessThan(1)
      const fallbackMs = playedMs()
      expect(fallbackMs).toBeGreaterThan(0)
      expect(relayOf()).toEqual({ streamMs: 0, fallbackMs, silentMs: 0, connections: 0 })
      expect(lines, address).toContainEqual(expect.objectContaining({ address, msg: message }))
    }
    const refused = 'this address of a relay is not allowed'
    const port = new URL(station.address).port
    await listen(station.address, refused)
    await listen('udp://127.0.0.1:5599', refused)
    await listen(`https://localhost:${port}/live.mp3`, 'no stream comes from an address of a relay')
    expect(station.connections()).toBe(0)
  })

  test('without an address of a stream is refused, and no file of the machine is one', async () => {
    for (const address of ['file:///etc/passwd', '/etc/passwd', 'concat:a|b', 'http://']) {
      const { speaker, play } = start([address], false)
      await expect(play(1_000)).rejects.toThrow('no address')
      await speaker.close()
    }
  })
})
