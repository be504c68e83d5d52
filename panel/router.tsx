import { createRootRoute, createRoute, createRouter } from '@tanstack/react-router'
import { z } from 'zod'
import { AreaId, AssetFilter, AssetId, DeviceId, MissingFilter, PlayFilter } from '#protocol'
import { LibraryPage } from './features/library/library-page.tsx'
import { OnAirPage } from './features/on-air/on-air-page.tsx'
import { PlayPage } from './features/play/play-page.tsx'
import { PlayLogPage } from './features/play-log/play-log-page.tsx'
import { CoveragePage } from './features/reports/coverage-page.tsx'
import { ExportsPage } from './features/reports/exports-page.tsx'
import { MissingPage } from './features/reports/missing-page.tsx'
import { ReportsLayout } from './features/reports/reports-layout.tsx'
import { coverageSearchShape } from './features/reports/search.ts'
import { Shell } from './frame/shell.tsx'
import { DEVICE_STATES } from './ui/device-state.tsx'

/** What is typed into an address by hand and means nothing is left out, never an error. */
const lenient = <Shape extends z.ZodRawShape>(shape: Shape) =>
  z
    .object(shape)
    .partial()
    .catch({} as never)

const OnAirSearch = lenient({ areaId: AreaId, state: z.enum(DEVICE_STATES), device: DeviceId })
const LibrarySearch = lenient({ ...AssetFilter.shape, asset: AssetId })
const PlayLogSearch = lenient({ ...PlayFilter.shape, play: z.string().max(100) })

const CoverageSearch = lenient(coverageSearchShape)
const MissingSearch = lenient(MissingFilter.shape)

const root = createRootRoute({ component: Shell })

const onAir = createRoute({
  getParentRoute: () => root,
  path: '/',
  validateSearch: (search) => OnAirSearch.parse(search),
  component: OnAirPage,
})

const library = createRoute({
  getParentRoute: () => root,
  path: '/library',
  validateSearch: (search) => LibrarySearch.parse(search),
  component: LibraryPage,
})

const reports = createRoute({
  getParentRoute: () => root,
  path: '/reports',
  component: ReportsLayout,
})

const coverage = createRoute({
  getParentRoute: () => reports,
  path: '/',
  validateSearch: (search) => CoverageSearch.parse(search),
  component: CoveragePage,
})

const missing = createRoute({
  getParentRoute: () => reports,
  path: '/missing',
  validateSearch: (search) => MissingSearch.parse(search),
  component: MissingPage,
})

const exports = createRoute({
  getParentRoute: () => reports,
  path: '/exports',
  component: ExportsPage,
})

const play = createRoute({
  getParentRoute: () => reports,
  path: '/plays/$device/$epoch/$seq',
  component: PlayPage,
})

const playLog = createRoute({
  getParentRoute: () => reports,
  path: '/plays',
  validateSearch: (search) => PlayLogSearch.parse(search),
  component: PlayLogPage,
})

/** Every place of the panel. Filters and opened drawers are part of an address. */
export const router = createRouter({
  routeTree: root.addChildren([
    onAir,
    library,
    reports.addChildren([coverage, missing, exports, play, playLog]),
  ]),
  defaultPreload: false,
})

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}
