import type { TimeZone } from '#protocol'
import { type Archived, createArchived } from './archived.ts'
import { type Areas, createAreas } from './areas.ts'
import { type Assets, createAssets } from './assets.ts'
import { type Commands, createCommands } from './commands.ts'
import { type CoverageStore, createCoverage } from './coverage.ts'
import { createDeviceAlerts, type DeviceAlerts } from './device-alerts.ts'
import { createDeviceTwins, type DeviceTwins } from './device-twins.ts'
import { createDevices, type Devices } from './devices.ts'
import { createDraft, type DraftStore } from './draft.ts'
import { createEvidence, type Evidence } from './evidence.ts'
import { createJournal, type Journal } from './journal.ts'
import { createLetterheads, type Letterheads } from './letterheads.ts'
import { createManifests, type Manifests } from './manifests.ts'
import { createMissing, type Missing } from './missing.ts'
import { createOffice, type Office } from './office.ts'
import type { Database } from './open-database.ts'
import { createPlanHistory, type PlanHistory } from './plan-history.ts'
import { createPlays, type Plays } from './plays.ts'
import { createPublications, type Publications } from './publications.ts'
import { createReports, type Reports } from './reports.ts'
import { readStamps, type Stamps } from './stamps.ts'
import { createStatements, type Statements } from './statements.ts'
import { createSuccessions, type Successions } from './successions.ts'
import { createUnplannedPlays, type UnplannedPlays } from './unplanned-plays.ts'
import { type Audit, createAudit, createUsers, type Users } from './users.ts'

/** All that the server keeps, a noun each. */
export type Store = {
  archived: Archived
  areas: Areas
  assets: Assets
  audit: Audit
  commands: Commands
  deviceAlerts: DeviceAlerts
  devices: Devices
  draft: DraftStore
  evidence: Evidence
  journal: Journal
  manifests: Manifests
  missing: Missing
  office: Office
  planHistory: PlanHistory
  coverage: CoverageStore
  plays: Plays
  publications: Publications
  letterheads: Letterheads
  reports: Reports
  statements: Statements
  successions: Successions
  unplannedPlays: UnplannedPlays
  deviceTwins: DeviceTwins
  users: Users
  /** By what memory is checked against the rows. */
  stamps: () => Promise<Stamps>
}

/**
 * @param timeZone zone in which plays are counted by day
 * @param reading where what takes long is read, so that no device waits for it
 */
export const createStore = (
  db: Database,
  timeZone: TimeZone = 'Asia/Ho_Chi_Minh',
  reading: Database = db,
): Store => ({
  archived: createArchived(db),
  areas: createAreas(db),
  assets: createAssets(db),
  audit: createAudit(db),
  commands: createCommands(db),
  devices: createDevices(db),
  draft: createDraft(db),
  evidence: createEvidence(db),
  journal: createJournal(db, timeZone),
  manifests: createManifests(db),
  missing: createMissing(reading),
  office: createOffice(db),
  deviceAlerts: createDeviceAlerts(reading),
  planHistory: createPlanHistory(reading),
  coverage: createCoverage(reading),
  plays: createPlays(reading, timeZone),
  publications: createPublications(db),
  letterheads: createLetterheads(db),
  reports: createReports(db),
  statements: createStatements(db, reading),
  successions: createSuccessions(db),
  unplannedPlays: createUnplannedPlays(db),
  deviceTwins: createDeviceTwins(db),
  users: createUsers(db),
  stamps: () => readStamps(db),
})
