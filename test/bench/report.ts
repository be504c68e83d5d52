import { cpus, totalmem } from 'node:os'

/** A figure that must not be passed, or must be reached. */
export type Goal = {
  name: string
  value: number
  limit: number
  bound: 'at most' | 'at least'
  met: boolean
}

export type Report = {
  bench: string
  machine: { cpu: string; cores: number; memoryGb: number; node: string }
  /** What was measured of ours. */
  figures: Record<string, number | string>
  /** The raw limit, measured in the same run. */
  limit: Record<string, number | string>
  goals: Goal[]
}

export const atMost = (name: string, value: number, limit: number): Goal => ({
  name,
  value,
  limit,
  bound: 'at most',
  met: value <= limit,
})

export const atLeast = (name: string, value: number, limit: number): Goal => ({
  name,
  value,
  limit,
  bound: 'at least',
  met: value >= limit,
})

export const reportOf = (
  bench: string,
  measured: Pick<Report, 'figures' | 'limit' | 'goals'>,
): Report => ({
  bench,
  machine: {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: cpus().length,
    memoryGb: Math.round(totalmem() / 2 ** 30),
    node: process.versions.node,
  },
  ...measured,
})

export const percentile = (values: readonly number[], share: number): number => {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN
}

export const rounded = (value: number, digits = 1): number => Number(value.toFixed(digits))

const row = (name: string, value: number | string) =>
  `  ${name.padEnd(44)} ${String(value).padStart(12)}\n`

/** The report for people. */
export const table = ({ bench, machine, figures, limit, goals }: Report): string =>
  [
    `\n${bench}  (${machine.cpu}, ${machine.cores} cores, Node ${machine.node})\n`,
    ...Object.entries(figures).map(([name, value]) => row(name, value)),
    '  beside the raw limit in the same run:\n',
    ...Object.entries(limit).map(([name, value]) => row(name, value)),
    ...goals.map(
      ({ name, value, limit: goal, bound, met }) =>
        `  ${met ? '✓' : '✗'} ${name}: ${value} (${bound} ${goal})\n`,
    ),
  ].join('')
