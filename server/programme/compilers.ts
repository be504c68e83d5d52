import { addDays, type Compiler, createCompiler, type Programme } from '#playlists'
import type { LocalDate } from '#protocol'

/** A compiler works out once what the days of its span have in common: two spans cover any horizon. */
const SPAN_DAYS = 64
const DAY_MS = 86_400_000

/** The first day of the span that holds a date. */
const spanOf = (date: LocalDate): LocalDate => {
  const day = Date.parse(`${date}T00:00:00Z`) / DAY_MS
  return new Date((day - (day % SPAN_DAYS)) * DAY_MS).toISOString().slice(0, 10)
}

const held = new WeakMap<Programme, Map<LocalDate, Compiler>>()

/** The compiler of a programme for dates from one on, kept as long as the programme is. */
export const compilerFor = (programme: Programme, date: LocalDate): Compiler => {
  const first = spanOf(date)
  const compilers = held.get(programme) ?? new Map<LocalDate, Compiler>()
  held.set(programme, compilers)
  const compiler =
    compilers.get(first) ?? createCompiler(programme, first, addDays(first, SPAN_DAYS - 1))
  compilers.set(first, compiler)
  return compiler
}
