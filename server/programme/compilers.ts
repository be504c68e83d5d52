import { addDays, type Compiler, createCompiler, type Programme } from '#playlists'
import type { LocalDate } from '#protocol'

/** A compiler works out once what the days of its span have in common: two spans cover any horizon. */
const SPAN_DAYS = 64
const DAY_MS = 86_400_000
/** What all compilers together keep at hand, as they estimate it. */
const MOST_BYTES = 128_000_000

/** The first day of the span that holds a date. */
const spanOf = (date: LocalDate): LocalDate => {
  const day = Date.parse(`${date}T00:00:00Z`) / DAY_MS
  return new Date((day - (day % SPAN_DAYS)) * DAY_MS).toISOString().slice(0, 10)
}

type Held = { programme: Programme; first: LocalDate; last: LocalDate; compiler: Compiler }

/** In the order of their last use, the latest first. */
let held: Held[] = []

/** What was used longest ago is dropped first; one that is too large by itself is begun again. */
const makeRoom = (): void => {
  let bytes = 0
  held = held.filter(({ compiler }) => {
    bytes += compiler.heldBytes()
    return bytes <= MOST_BYTES
  })
}

const begin = (programme: Programme, date: LocalDate): Held => {
  const first = spanOf(date)
  const last = addDays(first, SPAN_DAYS - 1)
  return { programme, first, last, compiler: createCompiler(programme, first, last) }
}

/** The compiler of a programme for dates from one on, kept as long as there is room. */
export const compilerFor = (programme: Programme, date: LocalDate): Compiler => {
  const isIts = (one: Held) => one.programme === programme && one.first <= date && date <= one.last
  const [latest] = held
  if (latest && isIts(latest) && latest.compiler.heldBytes() <= MOST_BYTES) return latest.compiler
  makeRoom()
  const place = held.findIndex(isIts)
  const [found] = place < 0 ? [begin(programme, date)] : held.splice(place, 1)
  held.unshift(found as Held)
  return (found as Held).compiler
}
