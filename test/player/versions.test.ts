import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, test } from 'vitest'
import { type LiveDevice, PROTOCOL_VERSION } from '#protocol'
import packageJson from '../../package.json' with { type: 'json' }
import { askServer } from '../../player/identity/ask-server.ts'
import { enrol } from '../../player/identity/identity.ts'
import { startPlayerProcess } from '../support/player-process.ts'
import { withAreas } from '../support/server.ts'
import { startServerProcess } from '../support/server-process.ts'
import { tempFolder } from '../support/temp-folder.ts'
import { until } from '../support/until.ts'

const HOOK = pathToFileURL(join(import.meta.dirname, '../support/other-version.mjs')).href

/** What makes a process speak another version. */
const speaking = (version: number): Record<string, string> => ({
  NODE_OPTIONS: `--import=${HOOK}`,
  LOABANG_TEST_PROTOCOL: String(version),
})

/** The real server and the real player, each in a process and in a version of its own. */
const pair = async (serverVersion: number, playerVersion: number) => {
  const { url } = await startServerProcess(join(tempFolder(), 'data'), speaking(serverVersion))
  const { admin, areas } = await withAreas(url)
  const device = { name: 'Loa', areaId: areas['30964'], channels: ['audio'], canvas: null }
  const id = (await admin.post('/api/devices', device)).json.id as string
  const { code } = (await admin.post(`/api/devices/${id}/enrolment-codes`)).json
  const folder = join(tempFolder(), 'player')
  await enrol(folder, url, String(code), (keys) =>
    askServer(url, { code: String(code), software: 'test', ...keys }),
  )
  const player = startPlayerProcess(folder, speaking(playerVersion))
  const live = async () =>
    ((await admin.get('/api/devices')).json as unknown as LiveDevice[]).find(
      (one) => one.device.id === id,
    )
  return { player, live }
}

test.each([
  ['a server one version ahead takes an older player, and says that it needs an update', 1, 0],
  ['a player one version ahead speaks that of its server', 0, 1],
])('%s: the time, plans and records all pass', async (_name, serverAhead, playerAhead) => {
  const { player, live } = await pair(
    PROTOCOL_VERSION + serverAhead,
    PROTOCOL_VERSION + playerAhead,
  )
  await until(async () => {
    const one = await live()
    return (
      one?.status?.clock.grade === 'synced' &&
      one.status.unsentRecords === 0 &&
      one.device.appliedRevision === one.device.desiredRevision
    )
  })
  expect(await live()).toMatchObject({
    needsUpdate: serverAhead > 0,
    software: `loabang-player/${packageJson.version}`,
  })
  await player.stop()
})

test('a player two versions behind is refused by name, and keeps trying', async () => {
  const { player, live } = await pair(PROTOCOL_VERSION + 2, PROTOCOL_VERSION)
  await until(() => player.log().includes('protocol-mismatch'))
  expect((await live())?.online).toBe(false)
  await player.stop()
})
