import { type Areas, createAreas } from './areas.ts'
import { type Assets, createAssets } from './assets.ts'
import { createDevices, type Devices } from './devices.ts'
import { createDraft, type DraftStore } from './draft.ts'
import { createJournal, type Journal } from './journal.ts'
import { createManifests, type Manifests } from './manifests.ts'
import type { Database } from './open-database.ts'
import { createPlays, type Plays } from './plays.ts'
import { createPublications, type Publications } from './publications.ts'
import { readStamps, type Stamps } from './stamps.ts'
import { type Audit, createAudit, createUsers, type Users } from './users.ts'

/** All that the server keeps, a noun each. */
export type Store = {
  areas: Areas
  assets: Assets
  audit: Audit
  devices: Devices
  draft: DraftStore
  journal: Journal
  manifests: Manifests
  plays: Plays
  publications: Publications
  users: Users
  /** By what memory is checked against the rows. */
  stamps: () => Promise<Stamps>
}

export const createStore = (db: Database): Store => ({
  areas: createAreas(db),
  assets: createAssets(db),
  audit: createAudit(db),
  devices: createDevices(db),
  draft: createDraft(db),
  journal: createJournal(db),
  manifests: createManifests(db),
  plays: createPlays(db),
  publications: createPublications(db),
  users: createUsers(db),
  stamps: () => readStamps(db),
})
