import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { readingKey } from '../publish/signing-key.ts'
import type { Engine } from '../store/open-database.ts'

const OfficeFile = z.object({
  v: z.literal(1),
  office: z.uuid(),
  database: z.enum(['sqlite', 'postgres']),
})
/** Whose folder this is, and where its database lies. */
export type OfficeFile = z.infer<typeof OfficeFile>

const NAME = 'office.json'

/** @throws AppError key-damaged */
export const readOfficeFile = (folder: string): OfficeFile | undefined => {
  const path = join(folder, NAME)
  if (!existsSync(path)) return undefined
  return readingKey(path, () => OfficeFile.parse(JSON.parse(readFileSync(path, 'utf8'))))
}

export const writeOfficeFile = (folder: string, office: string, database: Engine): void => {
  const path = join(folder, NAME)
  const said: OfficeFile = { v: 1, office, database }
  writeFileSync(`${path}.new`, `${JSON.stringify(said)}\n`, { mode: 0o600, flush: true })
  renameSync(`${path}.new`, path)
}
