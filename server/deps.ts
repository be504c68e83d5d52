import type { Logger } from 'pino'
import type { Storage } from '#media'
import type { EpochMs, TimeZone } from '#protocol'
import type { Auth } from './access/auth.ts'
import type { EnrolmentCodes } from './access/enrolment-codes.ts'
import type { FeedTokens } from './access/feed-token.ts'
import type { Ledger } from './evidence/ledger.ts'
import type { LedgerKey } from './evidence/ledger-key.ts'
import type { ClientAddress } from './http/client-address.ts'
import type { DocumentReader } from './jobs/document-reader.ts'
import type { IngestQueue } from './jobs/ingest-queue.ts'
import type { ReportQueue } from './jobs/report-queue.ts'
import type { Planning } from './planning/planning.ts'
import type { Memory } from './programme/memory.ts'
import type { Seen } from './programme/seen.ts'
import type { Publisher } from './publish/publisher.ts'
import type { SigningKey } from './publish/signing-key.ts'
import type { LiveDevices } from './sockets/live-devices.ts'
import type { PanelGateway } from './sockets/panel-gateway.ts'
import type { PlayerGateway } from './sockets/player-gateway.ts'
import type { Store } from './store/store.ts'

/** What the routes work with. */
export type Deps = {
  store: Store
  memory: Memory
  feedTokens: FeedTokens
  enrolmentCodes: EnrolmentCodes
  planning: Planning
  seen: Seen
  /** Whether what is live is published by somebody else than who wrote it. */
  twoPeopleForLive: boolean
  storage: Storage
  auth: Auth
  publisher: Publisher
  ingestQueue: IngestQueue
  documentReader: DocumentReader
  reports: ReportQueue
  players: PlayerGateway
  panels: PanelGateway
  liveDevices: LiveDevices
  ledger: Ledger
  key: SigningKey
  ledgerKey: LedgerKey
  log: Logger
  now: () => EpochMs
  /** Zone in which dates of reports and filters are days. */
  timeZone: TimeZone
  /** Where people reach the server, without a slash at its end. */
  publicUrl: string
  /** Whose request it is, for limits per address. */
  addressOf: ClientAddress
  dataFolder: string
  /** The origin that pages of the panel have, where it is set. */
  own: string | undefined
  /** Folder of the archives of old months. */
  archives: string
  maxUploadBytes: number
  /** Nobody approves his own work. */
  fourEyes: boolean
  /** Whether an authority is configured that stamps days. */
  isStamped: boolean
  scratchPath: () => string
}
