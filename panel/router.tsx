import { createRootRoute, createRoute, createRouter } from '@tanstack/react-router'
import { z } from 'zod'
import { AreaId, AssetFilter, AssetId, DeviceId, PlayFilter } from '#protocol'
import { LibraryPage } from './features/library/library-page.tsx'
import { OnAirPage } from './features/on-air/on-air-page.tsx'
import { PlayLogPage } from './features/play-log/play-log-page.tsx'
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

const playLog = createRoute({
  getParentRoute: () => root,
  path: '/reports/plays',
  validateSearch: (search) => PlayLogSearch.parse(search),
  component: PlayLogPage,
})

/** Every place of the panel. Filters and opened drawers are part of an address. */
export const router = createRouter({
  routeTree: root.addChildren([onAir, library, playLog]),
  defaultPreload: false,
})

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}
