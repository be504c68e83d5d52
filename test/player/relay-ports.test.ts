import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { Sha256 } from '#protocol'
import { processTree } from '../../player/stage/screen/process-memory.ts'
import { type Clip, deviceFolder, knowTheTime, segmentOf } from '../support/device-folder.ts'
import { startLiveStream } from '../support/live-stream.ts'
import { eventsOf, startPlayerProcess } from '../support/player-process.ts'
import { tempFolder } from '../support/temp-folder.ts'
import { until } from '../support/until.ts'

const DAY_MS = 86_400_000
const LISTENING = '0A'

/** Sockets that a process holds, by their number. */
const socketsOf = (pid: number): Set<string> => {
  const found = new Set<string>()
  try {
    for (const name of readdirSync(`/proc/${pid}/fd`)) {
      const inode = /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${name}`))?.[1]
      if (inode) found.add(inode)
    }
  } catch {
    // It has ended meanwhile.
  }
  return found
}

/** The machine's sockets of the Internet: protocol, number, and whether somebody may connect. */
const internetSockets = () =>
  ['tcp', 'tcp6', 'udp', 'udp6'].flatMap((protocol) =>
    readFileSync(`/proc/net/${protocol}`, 'utf8')
      .split('\n')
      .slice(1)
      .filter(Boolean)
      .map((line) => {
        const fields = line.trim().split(/\s+/)
        const isOpen = protocol.startsWith('udp') || fields[3] === LISTENING
        return { protocol, inode: fields[9] ?? '', isOpen }
      }),
  )

const commandOf = (pid: number): string => {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')
  } catch {
    return ''
  }
}

/** A device whose programme is one relay, all day. */
const device = (address: string, relayHosts: string[]) => {
  const folder = join(tempFolder(), 'player')
  const path = join(tempFolder(), 'relay.uri')
  writeFileSync(path, `${address}\r\n`)
  const sha256 = createHash('sha256').update(readFileSync(path)).digest('hex') as Sha256
  const relay: Clip = { path, sha256, durationMs: 6_000 }
  const startsAt = Math.floor(Date.now() / DAY_MS) * DAY_MS - DAY_MS
  const segment = segmentOf([relay], 0, DAY_MS)
  const items = segment.items.map((item) => ({
    ...item,
    kind: 'relay' as const,
    mime: 'text/uri-list',
  }))
  const segments = [{ ...segment, items }]
  deviceFolder(folder, { startsAt, days: 35, items: [relay], segments, relayHosts })
  knowTheTime(folder)
  const plays = () => eventsOf(folder, 'play').map(({ play }) => play)
  return { folder, plays }
}

const TRUSTED = { TRUST_SYSTEM_CLOCK: 'yes' }

test('a relay opens no port, and what decodes it has no connection', async () => {
  const station = await startLiveStream(1_000)
  const { folder, plays } = device(station.address, [new URL(station.address).host])
  const player = startPlayerProcess(folder, TRUSTED)
  const seen = { decoders: 0, open: 0, ofDecoders: 0 }
  await until(async () => {
    const internet = internetSockets()
    for (const pid of await processTree(player.pid)) {
      const own = socketsOf(pid)
      const held = internet.filter(({ inode }) => own.has(inode))
      seen.open += held.filter(({ isOpen }) => isOpen).length
      if (!commandOf(pid).includes('-format_whitelist')) continue
      seen.decoders += 1
      seen.ofDecoders += held.length
    }
    return plays().some(({ outcome }) => outcome === 'completed')
  })
  expect(seen.decoders).toBeGreaterThan(0)
  expect([seen.open, seen.ofDecoders]).toEqual([0, 0])
  const play = plays().find(({ outcome }) => outcome === 'completed')
  const relay = play?.measured?.kind === 'audio' ? play.measured.relay : undefined
  expect(relay?.streamMs).toBeGreaterThan(5_000)
})

test.each([
  ['udp://', 'udp://127.0.0.1:5599', ['127.0.0.1']],
  ['a host that is listed no more', 'http://127.0.0.1:5599/live', []],
])(
  'a relay of %s that was stored before is silence, and the record says why',
  async (_name, address, hosts) => {
    const { folder, plays } = device(address, hosts)
    const player = startPlayerProcess(folder, TRUSTED)
    let open = 0
    await until(async () => {
      const internet = internetSockets().filter(({ isOpen }) => isOpen)
      for (const pid of await processTree(player.pid)) {
        const own = socketsOf(pid)
        open += internet.filter(({ inode }) => own.has(inode)).length
      }
      return plays().some(({ cause }) => cause === 'relay-lost')
    })
    expect(open).toBe(0)
    expect(player.log()).toContain('this address of a relay is not allowed')
    expect(plays().find(({ cause }) => cause === 'relay-lost')).toMatchObject({
      outcome: 'failed',
      measured: { relay: { streamMs: 0 } },
    })
  },
)
