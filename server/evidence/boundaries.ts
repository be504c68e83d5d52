import type { Area, AreaId, Boundaries, LocalDate } from '#protocol'

type Edge = { oldId: AreaId; newId: AreaId }

/** Units in which people live and stations stand: what a province counts its coverage by. */
const COMMUNE_KINDS: ReadonlySet<Area['kind']> = new Set([
  'ward',
  'commune',
  'township',
  'special-zone',
])

const MOST_STEPS = 20

/** The tree of areas, asked for what reports need of it. */
export const createAreaMap = (areas: readonly Area[], successions: readonly Edge[]) => {
  const byId = new Map(areas.map((area) => [area.id, area]))
  const next = Map.groupBy(successions, ({ oldId }) => oldId)

  const chain = (id: AreaId): Area[] => {
    const way: Area[] = []
    for (let area = byId.get(id); area && way.length < MOST_STEPS; ) {
      way.push(area)
      area = area.parentId ? byId.get(area.parentId) : undefined
    }
    return way
  }

  /** What stands in the place of an area today: itself, its successor, or nothing sure where it was split. */
  const successor = (id: AreaId): AreaId | 'split' => {
    let here = id
    for (let step = 0; step < MOST_STEPS; step++) {
      // A hamlet goes where its commune went.
      const moved = chain(here).find((area) => next.has(area.id))
      const edges = moved ? (next.get(moved.id) ?? []) : []
      if (edges.length > 1) return 'split'
      const [edge] = edges
      if (!edge) return here
      here = edge.newId
    }
    return here
  }

  const communeOf = (id: AreaId): AreaId =>
    chain(id).find(({ kind }) => COMMUNE_KINDS.has(kind))?.id ?? id

  return {
    get: (id: AreaId) => byId.get(id),
    isWithin: (id: AreaId, above: AreaId): boolean => chain(id).some((area) => area.id === above),
    successor,

    /** Where something of an area is counted: where it was, or what stands in its place today. */
    placeOf(id: AreaId, boundaries: Boundaries): AreaId {
      const now = boundaries === 'today' ? successor(id) : id
      return now === 'split' ? id : now
    },

    /** The row that an area is counted in: its commune, or the next area below `above`. */
    rowOf(id: AreaId, rows: 'communes' | 'children', above: AreaId | undefined): AreaId {
      if (rows === 'communes') return communeOf(id)
      const way = chain(id)
      const index = above ? way.findIndex((area) => area.id === above) : way.length - 1
      return way[Math.max(0, index - 1)]?.id ?? id
    },

    /** The communes at and below an area that held at some time in [from, to], or hold today. */
    communes(
      above: AreaId | undefined,
      { from, to }: { from: LocalDate; to: LocalDate },
      boundaries: Boundaries,
    ) {
      return areas.filter(
        (area) =>
          COMMUNE_KINDS.has(area.kind) &&
          (above === undefined || chain(area.id).some(({ id }) => id === above)) &&
          (boundaries === 'today'
            ? !next.has(area.id)
            : area.validFrom <= to && (area.validTo === null || area.validTo >= from)),
      )
    },
  }
}

export type AreaMap = ReturnType<typeof createAreaMap>
