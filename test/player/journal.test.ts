import { spawn } from 'node:child_process'
import { closeSync, existsSync, openSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { JournalRecord, NO_RECORD, type Play } from '#protocol'
import { openJournal } from '../../player/journal/journal.ts'
import { aPlay, DEVICE, sha } from '../support/builders.ts'
import { needs } from '../support/needs.ts'
import { smallDisk } from '../support/small-disk.ts'
import { tempFolder } from '../support/temp-folder.ts'

const stamp = { at: 1_731_276_000_000, clock: { grade: 'synced' as const, errorMs: 1 } }
const stop = { kind: 'stop' as const }

const open = (path = join(tempFolder(), 'journal.db')) => ({
  path,
  journal: openJournal<Play>(path, DEVICE),
})

const all = (journal: ReturnType<typeof openJournal<Play>>) =>
  journal.unsent(100_000).records.map((bytes) => JournalRecord.parse(JSON.parse(bytes)))

const expectChain = (records: readonly string[]) => {
  let prev = NO_RECORD as string
  for (const [seq, bytes] of records.entries()) {
    expect(JSON.parse(bytes)).toMatchObject({ seq, prev })
    prev = sha(bytes)
  }
}

describe('the journal', () => {
  test('chains its records, and its head is the hash of the last', () => {
    const { journal } = open()
    for (let count = 0; count < 5; count++) journal.append(stop, stamp)
    const { records } = journal.unsent(100)
    expectChain(records)
    expect(journal.position()).toEqual({ epoch: 0, next: 5, acked: 0, head: sha(records[4] ?? '') })
    expect(journal.headAt(0)).toBe(NO_RECORD)
    expect(journal.headAt(3)).toBe(sha(records[2] ?? ''))
  })

  test('is the same after it was closed and opened again', () => {
    const { path, journal } = open()
    journal.append(stop, stamp)
    journal.open('k', aPlay({ playedMs: 5 }))
    journal.setAcked(1, null)
    const before = journal.position()
    journal.shut()
    const again = openJournal<Play>(path, DEVICE)
    expect(again.position()).toEqual(before)
    expect(again.leftOpen()).toEqual([{ key: 'k', body: aPlay({ playedMs: 5 }) }])
  })

  test('a play that ends leaves one record and is open no more', () => {
    const { journal } = open()
    journal.open('k', aPlay())
    journal.open('k', aPlay({ playedMs: 7 }))
    journal.close('k', { kind: 'play', play: aPlay() }, stamp)
    journal.open('never', aPlay())
    journal.discard('never')
    expect(journal.leftOpen()).toEqual([])
    expect(all(journal).map(({ event }) => event.kind)).toEqual(['play'])
  })

  test('knows whether the last run was stopped in order', () => {
    const { journal } = open()
    expect(journal.wasStopped()).toBe(true)
    journal.append({ kind: 'boot', software: 'x', clean: true }, stamp)
    expect(journal.wasStopped()).toBe(false)
    journal.append(stop, stamp)
    expect(journal.wasStopped()).toBe(true)
  })

  test('a new epoch says why, carries over what was not sent, and keeps what was acknowledged aside', () => {
    const { journal } = open()
    for (let count = 0; count < 4; count++)
      journal.append({ kind: 'boot', software: `v${count}`, clean: true }, stamp)
    journal.setAcked(2, null)
    journal.startEpoch(1, 9)
    const { epoch, from, records } = journal.unsent(100)
    expect([epoch, from]).toEqual([1, 0])
    expectChain(records)
    const events = records.map((bytes) => JSON.parse(bytes).event)
    expect(events[0]).toEqual({ kind: 'epoch', before: { epoch: 0, own: 4, held: 9 } })
    expect(events.slice(1).map(({ software }) => software)).toEqual(['v2', 'v3'])
    // What was acknowledged stays, to be sent to a server that lost it.
    expect(journal.earlier()).toEqual([{ epoch: 0, size: 2 }])
    const earlier = journal.earlierRun(0, 0, 10)
    expectChain(earlier)
    expect(earlier.map((bytes) => JSON.parse(bytes).event.software)).toEqual(['v0', 'v1'])
    expect(journal.earlierTreeAt(0, 2).size).toBe(2)
  })

  test('lets go of what is acknowledged and 35 days old, and of nothing that is not', () => {
    const { journal } = open()
    const day = 86_400_000
    const old = { ...stamp, at: stamp.at - 36 * day }
    for (const when of [old, old, stamp]) journal.append(stop, when)
    journal.setAcked(1, null)
    journal.prune(stamp.at)
    journal.setAcked(0, null)
    expect(journal.unsent(10).records).toHaveLength(2)
    journal.setAcked(3, null)
    journal.prune(stamp.at)
    journal.setAcked(0, null)
    expect(journal.unsent(10).records.map((bytes) => JSON.parse(bytes).seq)).toEqual([2])
  })
})

describe('a journal that must not grow, or cannot', () => {
  const clock = stamp.clock
  const bigPlay = (count: number) => ({
    kind: 'play' as const,
    play: aPlay({ schedule: `${count} ${'x'.repeat(2_000)}` }),
  })

  test('acknowledged records go first, the oldest first', () => {
    const path = join(tempFolder(), 'journal.db')
    const journal = openJournal<Play>(path, DEVICE, { limitBytes: 3_000_000 })
    for (let count = 0; count < 1_500; count++) journal.append(bigPlay(count), stamp)
    journal.setAcked(1_400, null)
    journal.tend(stamp)
    expect(journal.position()).toMatchObject({ epoch: 0, next: 1_500 })
    expect(journal.unsent(1_000).records).toHaveLength(100)
    journal.setAcked(0, null)
    const kept = all(journal)
    expect(kept.at(-1)?.seq).toBe(1_499)
    expect(kept[0]?.seq).toBeGreaterThan(0)
  })

  test('what was never sent is let go of last, and counted in a record of a new epoch', () => {
    const path = join(tempFolder(), 'journal.db')
    const journal = openJournal<Play>(path, DEVICE, { limitBytes: 2_000_000 })
    for (let count = 0; count < 1_000; count++)
      journal.append(bigPlay(count), { at: stamp.at + count, clock })
    journal.tend(stamp)
    const { epoch, records } = journal.unsent(10_000)
    expect(epoch).toBe(1)
    expectChain(records)
    const [lost, first] = all(journal)
    expect(lost?.event).toEqual({ kind: 'lost', count: 100, from: stamp.at, to: stamp.at + 99 })
    expect(first?.at).toBe(stamp.at + 100)
    expect(records).toHaveLength(901)
  })

  const fillableDisk = (megabytes: number) => {
    const { folder } = smallDisk(megabytes)
    const filler = join(folder, 'filler')
    return {
      path: join(folder, 'journal.db'),
      fill() {
        const file = openSync(filler, 'a')
        try {
          for (;;) writeSync(file, Buffer.alloc(4_096, 1))
        } catch {
          closeSync(file)
        }
      },
      empty: () => rmSync(filler, { force: true }),
    }
  }

  test(
    'on a full disk it goes on in its reserved space, and then in memory',
    needs('mount'),
    () => {
      const disk = fillableDisk(8)
      const journal = openJournal<Play>(disk.path, DEVICE, { reserveBytes: 2_000_000 })
      disk.fill()
      let count = 0
      while (!journal.isFull()) journal.append(bigPlay(count++), stamp)
      const reserved = count
      for (; count < reserved + 1_000; count++) journal.append(bigPlay(count), stamp)
      const onDisk = journal.position().next
      expect(onDisk).toBeGreaterThan(reserved + 100)
      expect(onDisk).toBeLessThan(count)
      disk.empty()
      journal.tend(stamp)
      expect(journal.isFull()).toBe(false)
      // Not one is missing, and all are in order.
      const { records } = journal.unsent(10_000)
      expectChain(records)
      expect(
        records.map((bytes) => Number.parseInt(JSON.parse(bytes).event.play.schedule, 10)),
      ).toEqual(Array.from({ length: count }, (_, index) => index))
      expect(existsSync(`${disk.path}.reserve`)).toBe(true)
      journal.shut()
    },
  )

  test(
    'what even memory does not hold is counted, never dropped in silence',
    needs('mount'),
    () => {
      const disk = fillableDisk(4)
      const options = { reserveBytes: 200_000, mostWaiting: 50 }
      const journal = openJournal<Play>(disk.path, DEVICE, options)
      disk.fill()
      let count = 0
      for (; count < 600; count++) journal.append(bigPlay(count), { at: stamp.at + count, clock })
      disk.empty()
      journal.tend(stamp)
      const events = all(journal).map(({ event }) => event)
      const lost = events.flatMap((event) => (event.kind === 'lost' ? [event] : []))
      expect(lost).toHaveLength(1)
      expect(events.length - 1 + (lost[0]?.count ?? 0)).toBe(count)
      journal.shut()
    },
  )
})

test('kill -9 at any instant: nothing finished is lost, nothing is invented, what was cut is told as cut', async () => {
  const path = join(tempFolder(), 'journal.db')
  const done = new Set<string>()
  const opened = new Set<string>()
  const cut = new Set<string>()
  // Until a kill has fallen into a play as well, however slow the disk is.
  for (let round = 0; round < 25 || cut.size === 0; round++) {
    const child = spawn(
      process.execPath,
      [join(import.meta.dirname, '../support/journal-writer.ts'), path],
      {
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    )
    let output = ''
    const ended = new Promise((resolve) => child.once('close', resolve))
    await new Promise<void>((resolve) => {
      child.stdout.on('data', (chunk: Buffer) => {
        output += chunk.toString()
        // Two plays are finished in each round, whatever the speed.
        if (output.split('done ').length > 2) resolve()
      })
    })
    await new Promise((resolve) => setTimeout(resolve, Math.random() * 60))
    child.kill('SIGKILL')
    await ended
    // A line that was cut in writing was not said.
    for (const line of output.slice(0, output.lastIndexOf('\n')).split('\n')) {
      const [word, key = ''] = line.split(' ')
      if (word === 'open') opened.add(key)
      if (word === 'done') done.add(key)
      if (word === 'cut') cut.add(key)
    }
  }
  const { journal } = open(path)
  const leftOpen = journal.leftOpen().map(({ key }) => key)
  const { records } = journal.unsent(1_000_000)
  expectChain(records)
  const plays = records.map((bytes) => (JSON.parse(bytes) as { event: { play: Play } }).event.play)
  const told = plays.map(({ device }) => device)
  expect(new Set(told).size).toBe(told.length)
  const completed = new Set(
    plays.filter(({ outcome }) => outcome === 'completed').map(({ device }) => device),
  )
  for (const key of done) expect(completed).toContain(key)
  // Every play that was begun is a record by now, or still open for the next start to tell of.
  for (const key of opened) expect([...told, ...leftOpen]).toContain(key)
  expect(plays.some(({ outcome }) => outcome === 'interrupted')).toBe(true)
  expect(done.size).toBeGreaterThan(25)
}, 300_000)
