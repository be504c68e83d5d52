import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { AreaId, DeviceId, RecordAck } from '#protocol'
import { createStore, type Store } from '../../server/store/store.ts'
import { aJournal, aPlay, sha } from '../support/builders.ts'
import { engines } from '../support/engines.ts'
import { aBatch, anArrival } from '../support/evidence.ts'

const NOW = 1_731_276_000_000

describe.each(Object.entries(engines))('devices in the store on %s', (_name, open) => {
  let store: Store
  let close: () => Promise<void>
  let areaId: AreaId

  beforeAll(async () => {
    const opened = await open()
    close = opened.close
    store = createStore(opened.db)
    const tree = { code: '1', name: 'Xã', kind: 'commune' as const }
    const place = { timeZone: 'Asia/Ho_Chi_Minh', validFrom: '2024-12-31' }
    areaId = (await store.areas.importTree(tree, null, place)).id
  })
  afterAll(() => close())

  const addDevice = (name: string): Promise<DeviceId> =>
    store.devices.add({ name, areaId, channels: ['audio'], canvas: null }, NOW)
  const append = async (deviceId: DeviceId, records: string[]): Promise<RecordAck> => {
    const arrival = anArrival(aBatch(records, 0, { deviceId }), deviceId)
    const [ack] = await store.journal.append([arrival], (note) => note, NOW)
    return ack as RecordAck
  }

  test('a kind of record that this server does not know is stored like any other', async () => {
    const deviceId = await addDevice('Loa mới')
    const records = aJournal(
      [
        { kind: 'play', play: aPlay() },
        { kind: 'weather', wind: { speed: 7 } } as never,
        {
          kind: 'play',
          play: aPlay({ scheduleId: '01890000-0000-7000-8000-0000000000ab' as never }),
        },
      ],
      { deviceId },
    )
    const ack = await append(deviceId, records)
    expect(ack).toMatchObject({ next: 3, verdicts: ['stored', 'stored', 'stored'] })
    const { items } = await store.plays.page({ scope: 'everywhere', deviceId }, undefined, 10)
    expect(items.map(({ seq }) => seq)).toEqual([2, 0])
  })

  test('a known kind that says nonsense is a contradiction all the same', async () => {
    const deviceId = await addDevice('Loa sai')
    const records = aJournal([{ kind: 'play', play: { title: 'x' } } as never], { deviceId })
    const ack = await append(deviceId, records)
    expect(ack).toMatchObject({ next: 1, verdicts: ['unreadable'] })
  })

  test('commands are listed newest first, a page at a time, with what came of them', async () => {
    const deviceId = await addDevice('Loa lệnh')
    for (let count = 0; count < 5; count++) {
      await store.commands.add({
        deviceId,
        at: NOW + count,
        by: 'Lan',
        command: { name: 'volume', cap: count },
        outcome: { ok: count % 2 === 0, code: count % 2 === 0 ? null : 'device-silent', tookMs: 3 },
      })
    }
    const first = await store.commands.page(deviceId, undefined, 3)
    expect(first.items.map(({ at }) => at - NOW)).toEqual([4, 3, 2])
    expect(first.items[1]?.outcome).toEqual({ ok: false, code: 'device-silent', tookMs: 3 })
    const second = await store.commands.page(deviceId, first.next ?? '', 3)
    expect(second.items.map(({ at }) => at - NOW)).toEqual([1, 0])
    expect(second.next).toBeNull()
    expect((await store.commands.page(await addDevice('x'), undefined, 3)).items).toEqual([])
  })

  test('an enrolment that ended leaves its keys in the history, and no code that still counts', async () => {
    const id = await addDevice('Loa ghi danh')
    const code = (name: string) =>
      store.devices.addEnrolmentCode(id, sha(`${id} ${name}`), NOW + 100)
    const enrol = (name: string, key: string, at: number) =>
      store.devices.enrol(sha(`${id} ${name}`), { deviceKey: key, journalKey: `j ${key}` }, at)
    await code('1')
    await enrol('1', 'first', NOW)
    await code('2')
    await code('3')
    await enrol('2', 'second', NOW + 1)
    expect(await store.devices.keys(id)).toEqual({ deviceKey: 'second', journalKey: 'j second' })
    expect(await store.devices.unenrol(id, NOW + 2)).toBe(true)
    expect(await store.devices.unenrol(id, NOW + 3)).toBe(false)
    expect(await store.devices.keys(id)).toBeUndefined()
    expect((await store.devices.get(id))?.enrolledAt).toBeNull()
    await expect(enrol('3', 'third', NOW + 4)).rejects.toMatchObject({ code: 'code-unknown' })
    await expect(enrol('2', 'second', NOW + 4)).rejects.toMatchObject({ code: 'code-used' })
    expect(await store.devices.keyHistory(id)).toEqual([
      { deviceKey: 'second', journalKey: 'j second', enrolledAt: NOW + 1, endedAt: NOW + 2 },
      { deviceKey: 'first', journalKey: 'j first', enrolledAt: NOW, endedAt: NOW + 1 },
    ])
  })
})
