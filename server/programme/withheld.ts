import type { LocalDate, Withheld, WithheldSummary } from '#protocol'

/** Gathers what will not be heard over devices and days. */
export const createWithheld = () => {
  const found = new Map<string, WithheldSummary & { dates: Set<LocalDate> }>()
  return {
    add(withheld: Withheld, date: LocalDate, devices: number) {
      const name = `${withheld.scheduleId} ${withheld.assetId} ${withheld.reason}`
      const known = found.get(name)
      if (!known) {
        found.set(name, { withheld, devices, days: 1, firstDate: date, dates: new Set([date]) })
        return
      }
      // The first day on which it happens tells how many devices: days after it are the same ones.
      if (date === known.firstDate) known.devices += devices
      else if (date < known.firstDate) Object.assign(known, { devices, firstDate: date, withheld })
      known.dates.add(date)
    },
    list: (): WithheldSummary[] =>
      [...found.values()]
        .map(({ dates, ...summary }) => ({ ...summary, days: dates.size }))
        .sort((a, b) => (a.firstDate < b.firstDate ? -1 : Number(a.firstDate > b.firstDate))),
  }
}
