import { execFileSync, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { tempFolder } from './temp-folder.ts'
import { until } from './until.ts'

const FFMPEG = process.env.FFMPEG_PATH ?? 'ffmpeg'

/** An HTTP server on this machine, and how often somebody connected to it. */
export const serve = async (answer: RequestListener) => {
  let connections = 0
  const server = createServer(answer)
  server.on('connection', () => {
    connections += 1
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`
  return { host, url: `http://${host}`, connections: () => connections }
}

/** Hands out the files of a folder, parts of them where a part is asked for. */
export const serveFolder = (folder: string) =>
  serve((request, response) => {
    const path = new URL(request.url ?? '/', 'http://x').pathname
    let bytes: Buffer
    try {
      bytes = readFileSync(join(folder, path))
    } catch {
      return void response.writeHead(404).end()
    }
    const range = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '')
    if (!range) return void response.writeHead(200).end(bytes)
    return void response.writeHead(206).end(bytes.subarray(Number(range[1]), Number(range[2]) + 1))
  })

export type HlsOptions = {
  hertz: number
  seconds: number
  /** Of the muxer, as ffmpeg takes them. */
  options?: readonly string[]
  isEncrypted?: boolean
}

/** Writes a tone as HLS, all at once. @returns the playlist's text */
export const writeHls = (
  folder: string,
  name: string,
  { hertz, seconds, options = [], isEncrypted = false }: HlsOptions,
): string => {
  mkdirSync(folder, { recursive: true })
  const keyInfo = join(folder, `${name}.keyinfo`)
  if (isEncrypted) {
    writeFileSync(join(folder, `${name}.key`), randomBytes(16))
    writeFileSync(keyInfo, `${name}.key\n${join(folder, `${name}.key`)}\n`)
  }
  execFileSync(FFMPEG, [
    ...['-v', 'error', '-f', 'lavfi', '-i', `sine=f=${hertz}:d=${seconds}:r=48000,volume=4`],
    ...['-c:a', 'aac', '-b:a', '64k', '-f', 'hls', '-hls_time', '2', '-hls_playlist_type', 'vod'],
    ...['-hls_segment_filename', join(folder, `${name}-%d.seg`)],
    ...['-hls_fmp4_init_filename', `${name}-init.mp4`],
    ...(isEncrypted ? ['-hls_key_info_file', keyInfo] : []),
    ...options,
    join(folder, `${name}.m3u8`),
  ])
  return readFileSync(join(folder, `${name}.m3u8`), 'utf8')
}

/** A station that broadcasts a tone as HLS in real time, and takes away what is over. */
export const startLiveHls = async (hertz: number) => {
  const folder = tempFolder()
  const playlist = join(folder, 'live.m3u8')
  const encoder = spawn(
    FFMPEG,
    [
      ...['-v', 'error', '-re', '-f', 'lavfi', '-i', `sine=f=${hertz}:r=48000,volume=4`],
      ...['-c:a', 'aac', '-b:a', '64k', '-f', 'hls', '-hls_time', '2', '-hls_list_size', '5'],
      ...['-hls_flags', 'delete_segments', playlist],
    ],
    { stdio: 'ignore' },
  )
  onTestFinished(() => void encoder.kill('SIGKILL'))
  await until(() => existsSync(playlist) && readFileSync(playlist, 'utf8').includes('live2.ts'))
  const { url, host } = await serveFolder(folder)
  return { address: `${url}/live.m3u8`, host }
}
