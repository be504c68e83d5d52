import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
} from '@tanstack/react-router'
import { z } from 'zod'
import { AreaId, AssetFilter, AssetId, DeviceId, MissingFilter, PlayFilter } from '#protocol'
import { campaignSearchShape } from './features/campaigns/search.ts'
import { coverageSearchShape } from './features/reports/search.ts'
import { scheduleSearchShape } from './features/schedule/search.ts'
import { prefetchTimeline } from './features/schedule/use-timeline.ts'
import { NoPage } from './frame/no-page.tsx'
import { PageError } from './frame/page-error.tsx'
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
const CoverageSearch = lenient(coverageSearchShape)
const MissingSearch = lenient(MissingFilter.shape)
const UnplannedSearch = lenient({ deviceId: DeviceId })

const root = createRootRoute({ component: Shell })

const onAir = createRoute({
  getParentRoute: () => root,
  path: '/',
  validateSearch: (search) => OnAirSearch.parse(search),
  component: lazyRouteComponent(() => import('./features/on-air/on-air-page.tsx'), 'OnAirPage'),
})

const schedule = createRoute({
  getParentRoute: () => root,
  path: '/schedule',
  component: lazyRouteComponent(
    () => import('./features/schedule/schedule-layout.tsx'),
    'ScheduleLayout',
  ),
})

const timeline = createRoute({
  getParentRoute: () => schedule,
  path: '/',
  validateSearch: (search) => ScheduleSearch.parse(search),
  loaderDeps: ({ search }) => search,
  loader: ({ deps }) => prefetchTimeline(deps),
  component: lazyRouteComponent(
    () => import('./features/schedule/schedule-page.tsx'),
    'SchedulePage',
  ),
})

const playlists = createRoute({
  getParentRoute: () => schedule,
  path: '/playlists',
  validateSearch: (search) => PlaylistsSearch.parse(search),
  component: lazyRouteComponent(
    () => import('./features/playlist-editor/playlists-page.tsx'),
    'PlaylistsPage',
  ),
})

const playlist = createRoute({
  getParentRoute: () => schedule,
  path: '/playlists/$id',
  validateSearch: (search) => PublishingSearch.parse(search),
  component: lazyRouteComponent(
    () => import('./features/playlist-editor/playlist-page.tsx'),
    'PlaylistPage',
  ),
})

const policy = createRoute({
  getParentRoute: () => schedule,
  path: '/policy',
  validateSearch: (search) => PolicySearch.parse(search),
  component: lazyRouteComponent(
    () => import('./features/schedule/policy/policy-page.tsx'),
    'PolicyPage',
  ),
})

const publications = createRoute({
  getParentRoute: () => schedule,
  path: '/publications',
  validateSearch: (search) => PublishingSearch.parse(search),
  component: lazyRouteComponent(
    () => import('./features/schedule/publish/publications-page.tsx'),
    'PublicationsPage',
  ),
})

const library = createRoute({
  getParentRoute: () => root,
  path: '/library',
  validateSearch: (search) => LibrarySearch.parse(search),
  component: lazyRouteComponent(() => import('./features/library/library-page.tsx'), 'LibraryPage'),
})

const campaigns = createRoute({
  getParentRoute: () => root,
  path: '/campaigns',
  component: lazyRouteComponent(
    () => import('./features/campaigns/campaigns-page.tsx'),
    'CampaignsPage',
  ),
})

const campaign = createRoute({
  getParentRoute: () => root,
  path: '/campaigns/$id',
  validateSearch: (search) => CampaignSearch.parse(search),
  component: lazyRouteComponent(
    () => import('./features/campaigns/campaign-page.tsx'),
    'CampaignPage',
  ),
})

const reports = createRoute({
  getParentRoute: () => root,
  path: '/reports',
  component: lazyRouteComponent(
    () => import('./features/reports/reports-layout.tsx'),
    'ReportsLayout',
  ),
})

const coverage = createRoute({
  getParentRoute: () => reports,
  path: '/',
  validateSearch: (search) => CoverageSearch.parse(search),
  component: lazyRouteComponent(
    () => import('./features/reports/coverage-page.tsx'),
    'CoveragePage',
  ),
})

const missing = createRoute({
  getParentRoute: () => reports,
  path: '/missing',
  validateSearch: (search) => MissingSearch.parse(search),
  component: lazyRouteComponent(() => import('./features/reports/missing-page.tsx'), 'MissingPage'),
})

const unplanned = createRoute({
  getParentRoute: () => reports,
  path: '/missing/unplanned',
  validateSearch: (search) => UnplannedSearch.parse(search),
  component: lazyRouteComponent(
    () => import('./features/play-log/unplanned-page.tsx'),
    'UnplannedPage',
  ),
})

const exports = createRoute({
  getParentRoute: () => reports,
  path: '/exports',
  component: lazyRouteComponent(() => import('./features/reports/exports-page.tsx'), 'ExportsPage'),
})

const play = createRoute({
  getParentRoute: () => reports,
  path: '/plays/$device/$epoch/$seq',
  component: lazyRouteComponent(() => import('./features/play/play-page.tsx'), 'PlayPage'),
})

const playLog = createRoute({
  getParentRoute: () => reports,
  path: '/plays',
  validateSearch: (search) => PlayLogSearch.parse(search),
  component: lazyRouteComponent(
    () => import('./features/play-log/play-log-page.tsx'),
    'PlayLogPage',
  ),
})

/** Every place of the panel. Filters and opened drawers are part of an address. */
export const router = createRouter({
  routeTree: root.addChildren([
    onAir,
    schedule.addChildren([timeline, playlists, playlist, policy, publications]),
    library,
    campaigns,
    campaign,
    reports.addChildren([coverage, missing, unplanned, exports, play, playLog]),
  ]),
  defaultPreload: false,
  defaultNotFoundComponent: NoPage,
  defaultErrorComponent: PageError,
})

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}
