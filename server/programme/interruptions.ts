import type { Channel, Interruption, LocalDate, Span } from '#protocol'
import type { KnownDevice } from './memory.ts'

const NAMED_AREAS = 5

type Found = Pick<Interruption, 'schedule' | 'channel' | 'by' | 'reason' | 'first'> & {
  dates: Set<LocalDate>
  /** Lists of devices, each by itself: devices of one list hear the same. */
  hearers: Set<readonly KnownDevice[]>
}

/** Gathers who is interrupted by whom over devices and days. */
export const createInterruptions = () => {
  const found = new Map<string, Found>()
  return {
    add(
      loss: Pick<Interruption, 'schedule' | 'by' | 'reason'>,
      first: Span,
      date: LocalDate,
      channel: Channel,
      hearers: readonly KnownDevice[],
    ) {
      const name = [loss.schedule.id, loss.by?.id, loss.reason, channel].join(' ')
      const known = found.get(name)
      if (!known) {
        const { schedule, by, reason } = loss
        const [dates, lists] = [new Set([date]), new Set([hearers])]
        found.set(name, { schedule, by, reason, channel, first, dates, hearers: lists })
        return
      }
      if (first.from < known.first.from) known.first = first
      known.dates.add(date)
      known.hearers.add(hearers)
    },

    list: (): Interruption[] =>
      [...found.values()]
        .map(({ dates, hearers, ...rest }) => {
          const devices = [...hearers].flat()
          const areas = new Map(devices.map(({ areaId, areaPath }) => [areaId, areaPath]))
          const areaNames = [...areas.values()]
            .slice(0, NAMED_AREAS)
            .map((path) => path.at(-1) ?? '')
          const counts = { days: dates.size, devices: devices.length, areas: areas.size }
          return { ...rest, ...counts, areaNames }
        })
        .sort((a, b) => a.first.from - b.first.from || (a.schedule.id < b.schedule.id ? -1 : 1)),
  }
}

export type Interruptions = ReturnType<typeof createInterruptions>
