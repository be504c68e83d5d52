import { generateKeyPairSync } from 'node:crypto'
import { io, type Socket } from 'socket.io-client'
import WebSocket from 'ws'
import { HELLO_TYPE, PLAYER_NAMESPACE, PROTOCOL_VERSION } from '#protocol'
import { signer } from '../../player/identity/identity.ts'
import { type Person, withAreas } from './server.ts'

/** A bare WebSocket at socket.io's door: frames as somebody types them. */
export const knock = async (url: string, namespace: string) => {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket`)
  const received: string[] = []
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()))
  socket.on('error', () => {})
  const joined = new Promise<void>((resolve) => {
    socket.on('message', (data) => {
      const text = String(data)
      received.push(text)
      if (text.startsWith('0')) socket.send(namespace === '/' ? '40' : `40${namespace},`)
      if (/^4[04]/.test(text)) resolve()
    })
  })
  await Promise.race([joined, closed])
  return {
    received,
    closed,
    send: (frame: string) => socket.send(frame),
    end: () => socket.close(),
  }
}

export const newKey = () => {
  const { privateKey } = generateKeyPairSync('ed25519')
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
  return { privateKey, ...signer(pem) }
}

/** A device that enrolled with keys that a test holds. */
export const enrolDevice = async (
  admin: Person,
  areaId: string | undefined,
  channels: ('audio' | 'screen')[] = ['audio'],
) => {
  const canvas = channels.includes('screen') ? { width: 640, height: 360 } : null
  const { json: device } = await admin.post('/api/devices', {
    ...{ name: 'Loa', areaId, channels, canvas },
  })
  const { json: code } = await admin.post(`/api/devices/${device.id}/enrolment-codes`)
  const [deviceKey, journalKey] = [newKey(), newKey()]
  const { status, text, json } = await admin.post('/api/player/enrolment', {
    code: code.code,
    deviceKey: deviceKey.publicKey,
    journalKey: journalKey.publicKey,
    software: 'test',
  })
  if (status !== 200) throw new Error(text)
  const ledgerKey = String(json.ledgerKey)
  return { deviceId: String(device.id), deviceKey, journalKey, ledgerKey }
}

/** Connects as a device that proves itself; what it sends from then on is up to the test. */
export const connectDevice = (
  url: string,
  { deviceId, deviceKey }: Pick<Awaited<ReturnType<typeof enrolDevice>>, 'deviceId' | 'deviceKey'>,
  change: Record<string, unknown> = {},
): Promise<Socket> =>
  new Promise((resolve, reject) => {
    const socket = io(new URL(PLAYER_NAMESPACE, url).href, {
      transports: ['websocket'],
      reconnection: false,
      forceNew: true,
    })
    socket.on('connect_error', reject)
    socket.on('challenge', async ({ nonce }: { nonce: string }) => {
      const hello = {
        v: PROTOCOL_VERSION,
        deviceId,
        signature: deviceKey.sign(HELLO_TYPE, Buffer.from(nonce, 'base64')),
        software: 'test',
        appliedRevision: null,
        epoch: 0,
        ...change,
      }
      const welcome = (await socket.emitWithAck('hello', hello)) as { ok: boolean; code?: string }
      if (welcome.ok) resolve(socket)
      else reject(new Error(welcome.code))
    })
  })

/** A province with one device, on a server that runs already. */
export const oneDevice = async (url: string) => {
  const { admin, areas } = await withAreas(url)
  return { admin, areas, device: await enrolDevice(admin, areas['30964']) }
}
