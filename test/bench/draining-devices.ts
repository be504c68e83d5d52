import { createReadStream, writeFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { io, type Socket } from 'socket.io-client'
import { HELLO_TYPE, PLAYER_NAMESPACE, PROTOCOL_VERSION, type RecordAck } from '#protocol'
import { signer } from '../../player/identity/identity.ts'
import { type BenchDevice, eveningOf } from './ledger-devices.ts'

/**
 * Devices in a process of their own: some are only connected and ask for the time now and then,
 * others come back after an outage and bring their evening, as many at once as the server lets in.
 */

export type DrainOrder =
  | { type: 'prepare'; devices: BenchDevice[]; records: number; perBatch: number; path: string }
  | { type: 'stay'; server: string; devices: BenchDevice[] }
  | { type: 'drain'; server: string; devices: BenchDevice[]; path: string; atOnce: number }
export type DrainWord =
  | { type: 'ready'; acknowledged: number; roundTripsMs: number[] }
  | { type: 'failed'; reason: string }

const roundTripsMs: number[] = []
const CLOCK_EVERY_MS = 2_000

const connect = async (server: string, device: BenchDevice): Promise<Socket> => {
  const key = signer(device.pem)
  for (;;) {
    const socket = io(new URL(PLAYER_NAMESPACE, server).href, {
      transports: ['websocket'],
      reconnection: false,
      forceNew: true,
    })
    const welcome = await new Promise<{ ok: boolean; code?: string; retryAfterMs?: number | null }>(
      (resolve, reject) => {
        socket.on('connect_error', reject)
        socket.on('challenge', async ({ nonce }: { nonce: string }) => {
          const hello = {
            v: PROTOCOL_VERSION,
            deviceId: device.deviceId,
            signature: key.sign(HELLO_TYPE, Buffer.from(nonce, 'base64')),
            software: 'bench',
            appliedRevision: null,
            epoch: 0,
          }
          resolve(await socket.emitWithAck('hello', hello))
        })
      },
    )
    if (welcome.ok) return socket
    socket.disconnect()
    if (welcome.code !== 'busy') throw new Error(welcome.code)
    await new Promise((resolve) => setTimeout(resolve, welcome.retryAfterMs ?? 1_000))
  }
}

const prepare = ({ devices, records, perBatch, path }: DrainOrder & { type: 'prepare' }) => {
  writeFileSync(path, '')
  for (const device of devices)
    writeFileSync(path, `${JSON.stringify(eveningOf(device, records, perBatch))}\n`, { flag: 'a' })
}

const stay = async ({ server, devices }: DrainOrder & { type: 'stay' }) => {
  for (const device of devices) {
    const socket = await connect(server, device)
    setInterval(async () => {
      const sentAt = performance.now()
      await socket.emitWithAck('clock')
      roundTripsMs.push(performance.now() - sentAt)
    }, CLOCK_EVERY_MS)
  }
}

const drain = async ({ server, devices, path, atOnce }: DrainOrder & { type: 'drain' }) => {
  let acknowledged = 0
  let index = 0
  const under = new Set<Promise<void>>()
  const bring = async (device: BenchDevice, line: string) => {
    const socket = await connect(server, device)
    for (const batch of JSON.parse(line)) {
      const ack = (await socket.timeout(60_000).emitWithAck('records', batch)) as RecordAck
      if (ack.next !== batch.from + batch.records.length)
        throw new Error(`not acknowledged: ${JSON.stringify(ack).slice(0, 200)}`)
      acknowledged += batch.records.length
    }
    socket.disconnect()
  }
  for await (const line of createInterface({ input: createReadStream(path) })) {
    const work = bring(devices[index++] as BenchDevice, line)
    under.add(work)
    void work.finally(() => under.delete(work)).catch(() => {})
    if (under.size >= atOnce) await Promise.race(under)
  }
  await Promise.all(under)
  return acknowledged
}

process.on('message', async (order: DrainOrder) => {
  try {
    let acknowledged = 0
    if (order.type === 'prepare') prepare(order)
    else if (order.type === 'stay') await stay(order)
    else acknowledged = await drain(order)
    process.send?.({ type: 'ready', acknowledged, roundTripsMs } satisfies DrainWord)
  } catch (error) {
    process.send?.({ type: 'failed', reason: String(error) } satisfies DrainWord)
  }
})
process.on('disconnect', () => process.exit(0))
