import BetterSqlite3 from 'better-sqlite3'
import pg from 'pg'

const MEDIA = 'SELECT sha256 FROM media'
const ORIGINALS = 'SELECT original FROM asset'

type Rows = { media: { sha256: string }[]; originals: { original: string }[] }

const pathsOf = ({ media, originals }: Rows): string[] => {
  const hashes = media.map(({ sha256 }) => sha256)
  for (const { original } of originals) {
    const file = JSON.parse(original) as { sha256?: string } | null
    if (file?.sha256) hashes.push(file.sha256)
  }
  return [...new Set(hashes)].map((hash) => `media/${hash.slice(0, 2)}/${hash}`).sort()
}

/** Stored files that a database of SQLite names, by where they lie below the data folder. */
export const namedInSqlite = (path: string): string[] => {
  const database = new BetterSqlite3(path, { readonly: true })
  try {
    return pathsOf({
      media: database.prepare<[], Rows['media'][number]>(MEDIA).all(),
      originals: database.prepare<[], Rows['originals'][number]>(ORIGINALS).all(),
    })
  } finally {
    database.close()
  }
}

/** The same of PostgreSQL. Nothing that is named is ever removed, so it may be asked before the dump. */
export const namedInPostgres = async (url: string): Promise<string[]> => {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    const media = await client.query<Rows['media'][number]>(MEDIA)
    const originals = await client.query<Rows['originals'][number]>(ORIGINALS)
    return pathsOf({ media: media.rows, originals: originals.rows })
  } finally {
    await client.end()
  }
}
