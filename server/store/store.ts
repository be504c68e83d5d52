import { type Areas, createAreas } from './areas.ts'
import { type Assets, createAssets } from './assets.ts'
import { type Campaigns, createCampaigns } from './campaigns.ts'
import { type Commands, createCommands } from './commands.ts'
import { createDevices, type Devices } from './devices.ts'
import { createEvidence, type Evidence } from './evidence.ts'
import { createJournal, type Journal } from './journal.ts'
import { createManifests, type Manifests } from './manifests.ts'
import type { Database } from './open-database.ts'
import { createPlays, type Plays } from './plays.ts'
import { createProgramme, type ProgrammeStore } from './programme.ts'
import { type Audit, createAudit, createUsers, type Users } from './users.ts'

/** All that the server keeps, a noun each. */
export type Store = {
  areas: Areas
  assets: Assets
  audit: Audit
  campaigns: Campaigns
  commands: Commands
  devices: Devices
  evidence: Evidence
  journal: Journal
  manifests: Manifests
  plays: Plays
  programme: ProgrammeStore
  users: Users
}

export const createStore = (db: Database): Store => ({
  areas: createAreas(db),
  assets: createAssets(db),
  audit: createAudit(db),
  campaigns: createCampaigns(db),
  commands: createCommands(db),
  devices: createDevices(db),
  evidence: createEvidence(db),
  journal: createJournal(db),
  manifests: createManifests(db),
  plays: createPlays(db),
  programme: createProgramme(db),
  users: createUsers(db),
})
