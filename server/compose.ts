import { mkdirSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import type { Server as HttpServer } from 'node:http'
import { join } from 'node:path'
import { createAdaptorServer } from '@hono/node-server'
import type { Logger } from 'pino'
import { v7 as uuid } from 'uuid'
import { createDiskStorage } from '#media'
import type { DeviceId } from '#protocol'
import { createAuth } from './access/auth.ts'
import { createEnrolmentCodes } from './access/enrolment-codes.ts'
import { createFeedTokens } from './access/feed-token.ts'
import { ensureAdministrator } from './access/first-administrator.ts'
import { createApp } from './app.ts'
import type { Config } from './config.ts'
import { createLedger } from './evidence/ledger.ts'
import { createReader } from './evidence/reader.ts'
import { createTimestampAuthority } from './evidence/timestamp.ts'
import { watchClock } from './ground/clock.ts'
import { openGround } from './ground/open-ground.ts'
import { createClientAddress } from './http/client-address.ts'
import { guardConnections } from './http/connections.ts'
import { createArchiveMonths } from './jobs/archive-months.ts'
import { startClosingDays } from './jobs/close-days.ts'
import { createDocumentReader } from './jobs/document-reader.ts'
import { createIngestQueue } from './jobs/ingest-queue.ts'
import { createIngestRunner } from './jobs/ingest-runner.ts'
import { startNightly } from './jobs/nightly.ts'
import { createReportQueue } from './jobs/report-queue.ts'
import { createStateDays } from './jobs/state-days.ts'
import { withoutNetwork } from './jobs/without-network.ts'
import { createPlanning, PlanningClosed } from './planning/planning.ts'
import { createForesight } from './programme/foresight.ts'
import { createMemory } from './programme/memory.ts'
import { createSeen } from './programme/seen.ts'
import { createPublisher } from './publish/publisher.ts'
import { loadSessionSecret } from './publish/signing-key.ts'
import { createSockets } from './sockets/create-sockets.ts'
import { createLiveDevices } from './sockets/live-devices.ts'
import { createPanelGateway } from './sockets/panel-gateway.ts'
import { createPlayerGateway } from './sockets/player-gateway.ts'
import { createPresence } from './sockets/presence.ts'

export type RunningServer = {
  http: HttpServer
  /** The administrator's password where this start made it: shown once, kept nowhere. */
  firstPassword: string | undefined
  close: () => Promise<void>
}

/**
 * Puts the server together; it does not listen yet.
 * @throws AppError a code of start-errors.ts
 */
export const composeServer = async (config: Config, log: Logger): Promise<RunningServer> => {
  const now = () => Date.now()
  const ground = await openGround(config, log, now)
  const { db, engine, store, key, ledgerKey } = ground
  const database = config.DATABASE_URL ? { url: config.DATABASE_URL } : { folder: config.DATA_DIR }
  const keys = join(config.DATA_DIR, 'keys')
  const archives = join(config.DATA_DIR, 'archives')
  const scratch = join(config.DATA_DIR, 'scratch')
  // What an earlier run left half-done here has no name anywhere.
  await rm(scratch, { recursive: true, force: true })
  mkdirSync(scratch, { recursive: true })
  const scratchPath = () => join(scratch, uuid())

  const memory = createMemory(store, config.RELAY_HOSTS)
  const sessionSecret = loadSessionSecret(keys)
  const planning = createPlanning({
    database,
    secret: sessionSecret,
    timeZone: config.TIME_ZONE,
    relayHosts: config.RELAY_HOSTS,
    log,
  })
  const storage = createDiskStorage(join(config.DATA_DIR, 'media'))
  const publicUrl = (config.PUBLIC_URL ?? `http://localhost:${config.PORT || 8080}`).replace(
    /\/$/,
    '',
  )
  const own = config.PUBLIC_URL && new URL(config.PUBLIC_URL).origin
  const auth = await createAuth({ db, engine, secret: sessionSecret, publicUrl })
  const firstPassword = await ensureAdministrator(auth, store.users, config.ADMIN_PASSWORD, now())

  const http = createAdaptorServer({
    fetch: (...args) => app.fetch(...args),
    // It can cut a connection whose body has just been read to its end; guardConnections sees to it.
    autoCleanupIncoming: false,
  }) as HttpServer
  const connections = guardConnections(http, log)
  const io = createSockets(http, connections, own)
  const presence = createPresence((id: DeviceId) => panels.deviceChanged(id))
  const liveDevices = createLiveDevices(store, presence)
  const panels = createPanelGateway({
    ...{ io, auth, store, liveDevices, presence, connections, log, now },
  })
  const reader = createReader({ timeZone: config.TIME_ZONE, database })
  const ledger = createLedger({
    journal: store.journal,
    reader,
    key: ledgerKey,
    log,
    now,
    onStored: () => panels.playsStored(),
  })
  const players = createPlayerGateway({
    io,
    store,
    ledger,
    presence,
    connections,
    log,
    now,
    key,
    ledgerKey,
    onAhead: (deviceId, held) => publisher.overtake(deviceId, held),
  })
  const publisher = createPublisher({
    store,
    memory,
    planning,
    key,
    log,
    now,
    holds: players.holds,
    onPublication: ({ number }) => panels.published(number),
    onManifests(manifests) {
      players.push(manifests)
      for (const { deviceId } of manifests) panels.deviceChanged(deviceId)
    },
  })
  const launcher = await withoutNetwork(config.PATH)
  if (!launcher)
    log.warn('files are read by processes that reach the network: unshare makes no namespace here')
  const ingestRunner = createIngestRunner({
    ffmpeg: config.FFMPEG_PATH,
    path: config.PATH,
    launcher,
  })
  const ingestQueue = createIngestQueue({
    store,
    storage,
    runner: ingestRunner,
    scratchPath,
    log,
    onChange: () => panels.assetChanged(),
  })
  const reports = createReportQueue({
    store,
    memory,
    folder: join(config.DATA_DIR, 'reports'),
    archives,
    database,
    publicUrl,
    chromium: config.CHROMIUM_PATH,
    timeZone: config.TIME_ZONE,
    now,
    log,
    onChange: (userId) => panels.reportChanged(userId),
  })
  const { TSA_URL, TSA_CA_FILE } = config
  const authority =
    TSA_URL && TSA_CA_FILE ? createTimestampAuthority(TSA_URL, TSA_CA_FILE) : undefined
  const app = createApp({
    store,
    memory,
    planning,
    feedTokens: createFeedTokens(sessionSecret),
    enrolmentCodes: createEnrolmentCodes(sessionSecret),
    seen: createSeen(sessionSecret, createForesight(store)),
    twoPeopleForLive: config.TWO_PEOPLE_FOR_LIVE,
    storage,
    auth,
    publisher,
    ingestQueue,
    documentReader: createDocumentReader(ingestRunner, scratchPath),
    reports,
    players,
    panels,
    liveDevices,
    ledger,
    key,
    ledgerKey,
    log,
    now,
    timeZone: config.TIME_ZONE,
    publicUrl,
    addressOf: createClientAddress(config.TRUSTED_PROXIES),
    dataFolder: config.DATA_DIR,
    own,
    archives,
    maxUploadBytes: config.MAX_UPLOAD_MB * 1_000_000,
    scratchPath,
    fourEyes: config.FOUR_EYES,
    isStamped: authority !== undefined,
  })

  const stateDays = createStateDays({
    store,
    timeZone: config.TIME_ZONE,
    now,
    log,
    onStated: () => panels.daysStated(),
  })
  const stopNightly = startNightly(publisher, config.TIME_ZONE, log)
  const clock = watchClock({ store, now, log })
  const stopClosingDays = startClosingDays({
    store,
    isClockRight: clock.isRight,
    key: ledgerKey,
    authority,
    timeZone: config.TIME_ZONE,
    log,
    now,
  })
  const stopArchiving = createArchiveMonths({
    store,
    database,
    keys,
    folder: archives,
    keptMonths: config.RETENTION_MONTHS,
    isClockRight: clock.isRight,
    timeZone: config.TIME_ZONE,
    log,
    now,
  }).start()
  // A server that slept through the night catches up when it wakes; whoever asks meanwhile is answered.
  const caughtUp = publisher.refresh().catch((error) => {
    if (!(error instanceof PlanningClosed))
      log.error(error, 'plans could not be brought up; tried again tonight')
  })
  await ingestQueue.resume()
  await reports.resume()

  return {
    http,
    firstPassword,
    async close() {
      stopNightly()
      stateDays.close()
      await stopClosingDays()
      await stopArchiving()
      await ingestQueue.close()
      reports.close()
      panels.close()
      const closed = io.close()
      connections.close()
      await closed
      await players.close()
      await reader.close()
      await planning.close()
      await caughtUp
      clock.close()
      await ground.close()
    },
  }
}
