import type { AreaId, Campaign, Playlist, Policy, Schedule, Version } from '#protocol'

/** What one area lays down, known by the area's id. */
export type LaidDown = { id: AreaId; version: Version; policy: Policy }

/** All that is edited as a draft and frozen by publishing. Approvals are not in it: they act at once. */
export type Content = {
  campaigns: readonly Campaign[]
  playlists: readonly Playlist[]
  schedules: readonly Schedule[]
  policies: readonly LaidDown[]
}

export type Thing = Campaign | Playlist | Schedule | LaidDown

/** One thing of the content, or its absence. */
export type Entry =
  | { what: 'campaign'; id: string; value: Campaign | null }
  | { what: 'playlist'; id: string; value: Playlist | null }
  | { what: 'schedule'; id: string; value: Schedule | null }
  | { what: 'policy'; id: string; value: LaidDown | null }
export type What = Entry['what']

export const NOUNS = {
  campaign: 'campaigns',
  playlist: 'playlists',
  schedule: 'schedules',
  policy: 'policies',
} as const satisfies Record<What, keyof Content>

export const NO_CONTENT: Content = { campaigns: [], playlists: [], schedules: [], policies: [] }

const byId = (a: Thing, b: Thing): number => (a.id < b.id ? -1 : Number(a.id > b.id))

/** Content with some things put in, replaced or taken out; each list in the order of birth. */
export const withEntries = (content: Content, entries: readonly Entry[]): Content => {
  const result: Record<string, Thing[]> = {}
  for (const [what, noun] of Object.entries(NOUNS)) {
    const changed = new Map<string, Thing | null>(
      entries.filter((entry) => entry.what === what).map(({ id, value }) => [id, value]),
    )
    const kept = (content[noun] as readonly Thing[]).filter(({ id }) => !changed.has(id))
    const put = [...changed.values()].filter((value) => value !== null)
    result[noun] = [...kept, ...put].sort(byId)
  }
  return result as unknown as Content
}
