import type { DayMs, DurationMs } from '#protocol'

/** Half-open stretches of time [from, to), and what can be done with them. */
export type Span = { from: DayMs; to: DayMs }

export const meet = (a: Span, b: Span): boolean => a.from < b.to && b.from < a.to

export const shifted = <T extends Span>(span: T, by: DurationMs): T => ({
  ...span,
  from: span.from + by,
  to: span.to + by,
})

/** What is left of a span where others have taken their part of it. */
export const without = (span: Span, taken: readonly Span[]): Span[] => {
  let rest = [{ from: span.from, to: span.to }]
  for (const { from, to } of taken) {
    if (to <= span.from || span.to <= from) continue
    rest = rest.flatMap((piece) => {
      if (to <= piece.from || piece.to <= from) return [piece]
      const before = { from: piece.from, to: Math.min(piece.to, from) }
      const after = { from: Math.max(piece.from, to), to: piece.to }
      return [before, after].filter((part) => part.from < part.to)
    })
  }
  return rest
}

/** The same time as sorted spans that neither meet nor touch. */
export const union = (spans: readonly Span[]): Span[] => {
  const joined: Span[] = []
  for (const { from, to } of spans.toSorted((a, b) => a.from - b.from)) {
    const last = joined.at(-1)
    if (last && from <= last.to) last.to = Math.max(last.to, to)
    else if (from < to) joined.push({ from, to })
  }
  return joined
}

/** The parts of a span that lie inside others. */
export const within = (span: Span, others: readonly Span[]): Span[] =>
  union(
    others.map(({ from, to }) => ({
      from: Math.max(from, span.from),
      to: Math.min(to, span.to),
    })),
  )

export const lengthOf = ({ from, to }: Span): DurationMs => to - from

export const totalOf = (spans: readonly Span[]): DurationMs =>
  spans.reduce((sum, span) => sum + lengthOf(span), 0)
