import type { Cell, Sheet } from './sheet.ts'

/**
 * JSON Lines: a line for every row, named by its columns. Instants are ISO 8601 in UTC, lengths ms:
 * what machines read needs no zone and no language.
 */
export async function* jsonLines(
  { columns, rows, expected }: Sheet,
  onProgress: (share: number) => void,
): AsyncGenerator<string> {
  const isInstant = columns.map(({ kind }) => ['date', 'time', 'instant'].includes(kind))
  const value = (cell: Cell, index: number) =>
    typeof cell === 'number' && isInstant[index] ? new Date(cell).toISOString() : cell
  let chunk = ''
  let count = 0
  for await (const cells of rows) {
    const entries = columns.map(({ title }, index) => [title, value(cells[index] ?? null, index)])
    chunk += `${JSON.stringify(Object.fromEntries(entries))}\n`
    if (++count % 500 > 0) continue
    yield chunk
    chunk = ''
    if (expected) onProgress(Math.min(1, count / expected))
  }
  yield chunk
}
