import type { TimeZone } from '#protocol'
import { type Areas, createAreas } from './areas.ts'
import { type Assets, createAssets } from './assets.ts'
import { type Campaigns, createCampaigns } from './campaigns.ts'
import { type CoverageStore, createCoverage } from './coverage.ts'
import { createDevices, type Devices } from './devices.ts'
import { createEvidence, type Evidence } from './evidence.ts'
import { createJournal, type Journal } from './journal.ts'
import { createLetterheads, type Letterheads } from './letterheads.ts'
import { createManifests, type Manifests } from './manifests.ts'
import { createMissing, type Missing } from './missing.ts'
import type { Database } from './open-database.ts'
import { createPlanHistory, type PlanHistory } from './plan-history.ts'
import { createPlays, type Plays } from './plays.ts'
import { createProgramme, type ProgrammeStore } from './programme.ts'
import { createReports, type Reports } from './reports.ts'
import { createStatements, type Statements } from './statements.ts'
import { createSuccessions, type Successions } from './successions.ts'
import { type Audit, createAudit, createUsers, type Users } from './users.ts'

/** All that the server keeps, a noun each. */
export type Store = {
  areas: Areas
  assets: Assets
  audit: Audit
  campaigns: Campaigns
  devices: Devices
  evidence: Evidence
  journal: Journal
  manifests: Manifests
  missing: Missing
  planHistory: PlanHistory
  coverage: CoverageStore
  plays: Plays
  programme: ProgrammeStore
  letterheads: Letterheads
  reports: Reports
  statements: Statements
  successions: Successions
  users: Users
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
  areas: createAreas(db),
  assets: createAssets(db),
  audit: createAudit(db),
  campaigns: createCampaigns(db),
  devices: createDevices(db),
  evidence: createEvidence(db),
  journal: createJournal(db, timeZone),
  manifests: createManifests(db),
  missing: createMissing(reading),
  planHistory: createPlanHistory(reading),
  coverage: createCoverage(reading),
  plays: createPlays(reading, timeZone),
  programme: createProgramme(db),
  letterheads: createLetterheads(db),
  reports: createReports(db),
  statements: createStatements(db, reading),
  successions: createSuccessions(db),
  users: createUsers(db),
})
