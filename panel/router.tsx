import { createRootRoute, createRoute, createRouter } from '@tanstack/react-router'
import { z } from 'zod'
import { AreaId, AssetFilter, AssetId, DeviceId, PlayFilter } from '#protocol'
import { CampaignPage } from './features/campaigns/campaign-page.tsx'
import { CampaignsPage } from './features/campaigns/campaigns-page.tsx'
import { campaignSearchShape } from './features/campaigns/search.ts'
import { LibraryPage } from './features/library/library-page.tsx'
import { OnAirPage } from './features/on-air/on-air-page.tsx'
import { PlayLogPage } from './features/play-log/play-log-page.tsx'
import { PlaylistPage } from './features/playlists/playlist-page.tsx'
import { PlaylistsPage } from './features/playlists/playlists-page.tsx'
import { PolicyPage } from './features/schedule/policy/policy-page.tsx'
import { PublicationsPage } from './features/schedule/publish/publications-page.tsx'
import { ScheduleLayout } from './features/schedule/schedule-layout.tsx'
import { SchedulePage } from './features/schedule/schedule-page.tsx'
import { scheduleSearchShape } from './features/schedule/search.ts'
import { prefetchTimeline } from './features/schedule/use-timeline.ts'
import { Shell } from './frame/shell.tsx'
import { DEVICE_STATES } from './ui/device-state.tsx'

/** What is typed into an address by hand and means nothing is left out, never an error. */
const lenient = <Shape extends z.ZodRawShape>(shape: Shape) =>
  z
    .object(shape)
    .partial()
    .catch({} as never)

/** The impact that is looked at and the publication that is watched, on every page about the programme. */
const publishing = { impact: z.boolean(), rollout: z.int().positive() }

const OnAirSearch = lenient({ areaId: AreaId, state: z.enum(DEVICE_STATES), device: DeviceId })
const LibrarySearch = lenient({ ...AssetFilter.shape, asset: AssetId })
const PlayLogSearch = lenient({ ...PlayFilter.shape, play: z.string().max(100) })
const ScheduleSearch = lenient({ ...scheduleSearchShape, ...publishing })
const PlaylistsSearch = lenient({ search: z.string().max(200), ...publishing })
const PolicySearch = lenient({ areaId: AreaId, ...publishing })
const PublishingSearch = lenient(publishing)
const CampaignSearch = lenient({ ...campaignSearchShape, ...publishing })

const root = createRootRoute({ component: Shell })

const onAir = createRoute({
  getParentRoute: () => root,
  path: '/',
  validateSearch: (search) => OnAirSearch.parse(search),
  component: OnAirPage,
})

const schedule = createRoute({
  getParentRoute: () => root,
  path: '/schedule',
  component: ScheduleLayout,
})

const timeline = createRoute({
  getParentRoute: () => schedule,
  path: '/',
  validateSearch: (search) => ScheduleSearch.parse(search),
  loaderDeps: ({ search }) => search,
  loader: ({ deps }) => prefetchTimeline(deps),
  component: SchedulePage,
})

const playlists = createRoute({
  getParentRoute: () => schedule,
  path: '/playlists',
  validateSearch: (search) => PlaylistsSearch.parse(search),
  component: PlaylistsPage,
})

const playlist = createRoute({
  getParentRoute: () => schedule,
  path: '/playlists/$id',
  validateSearch: (search) => PublishingSearch.parse(search),
  component: PlaylistPage,
})

const policy = createRoute({
  getParentRoute: () => schedule,
  path: '/policy',
  validateSearch: (search) => PolicySearch.parse(search),
  component: PolicyPage,
})

const publications = createRoute({
  getParentRoute: () => schedule,
  path: '/publications',
  validateSearch: (search) => PublishingSearch.parse(search),
  component: PublicationsPage,
})

const library = createRoute({
  getParentRoute: () => root,
  path: '/library',
  validateSearch: (search) => LibrarySearch.parse(search),
  component: LibraryPage,
})

const campaigns = createRoute({
  getParentRoute: () => root,
  path: '/campaigns',
  component: CampaignsPage,
})

const campaign = createRoute({
  getParentRoute: () => root,
  path: '/campaigns/$id',
  validateSearch: (search) => CampaignSearch.parse(search),
  component: CampaignPage,
})

const playLog = createRoute({
  getParentRoute: () => root,
  path: '/reports/plays',
  validateSearch: (search) => PlayLogSearch.parse(search),
  component: PlayLogPage,
})

/** Every place of the panel. Filters and opened drawers are part of an address. */
export const router = createRouter({
  routeTree: root.addChildren([
    onAir,
    schedule.addChildren([timeline, playlists, playlist, policy, publications]),
    library,
    campaigns,
    campaign,
    playLog,
  ]),
  defaultPreload: false,
})

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}
