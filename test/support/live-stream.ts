import { spawn } from 'node:child_process'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'

/** A station that broadcasts a tone over HTTP in real time, as Icecast does; a test can cut it. */
export const startLiveStream = async (hertz: number) => {
  const listeners = new Set<ServerResponse>()
  const encoder = spawn(
    process.env.FFMPEG_PATH ?? 'ffmpeg',
    [
      ...['-v', 'error', '-re', '-f', 'lavfi', '-i', `sine=f=${hertz}:r=48000,volume=4`],
      ...['-c:a', 'libmp3lame', '-b:a', '64k', '-f', 'mp3', '-flush_packets', '1', 'pipe:1'],
    ],
    { stdio: ['ignore', 'pipe', 'ignore'] },
  )
  let isUp = true
  let connections = 0
  encoder.stdout.on('data', (chunk: Buffer) => {
    for (const listener of listeners) listener.write(chunk)
  })
  const server = createServer((_request, response) => {
    if (!isUp) return void response.destroy()
    connections += 1
    response.writeHead(200, { 'content-type': 'audio/mpeg' })
    listeners.add(response)
    response.on('close', () => listeners.delete(response))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const close = () => {
    encoder.kill('SIGKILL')
    server.closeAllConnections()
    server.close()
  }
  onTestFinished(close)
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}/live.mp3`,
    connections: () => connections,
    /** Whether anybody who asks gets anything; those who listen are thrown out. */
    setUp(now: boolean) {
      isUp = now
      if (!now) for (const listener of listeners) listener.destroy()
    },
  }
}
