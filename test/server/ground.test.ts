import { randomBytes } from 'node:crypto'
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import BetterSqlite3 from 'better-sqlite3'
import pg from 'pg'
import { describe, expect, onTestFinished, test } from 'vitest'
import { newPostgresUrl } from '../support/engines.ts'
import { anOffice, ground, refusal } from '../support/ground.ts'
import { needs } from '../support/needs.ts'
import { refusedStart } from '../support/refused-start.ts'
import { fill, smallDisk } from '../support/small-disk.ts'
import { tempFolder } from '../support/temp-folder.ts'

const starts = async (...start: Parameters<typeof ground>) => (await ground(...start)).close()

const inDatabase = (folder: string, sql: string) => {
  const database = new BetterSqlite3(join(folder, 'loabang.db'))
  try {
    database.exec(sql)
  } finally {
    database.close()
  }
}

describe('keys that are not those of the database', () => {
  test('that are lost are named and not made again', async () => {
    const folder = await anOffice()
    renameSync(join(folder, 'keys'), join(folder, 'elsewhere'))
    expect(await refusal(folder)).toMatchObject({
      code: 'keys-missing',
      en: expect.stringMatching(/missing.*: manifest-signing\.pem, ledger-signing\.pem.*backup/),
      vi: expect.stringMatching(/Thiếu khoá.*bản sao lưu/),
    })
    expect(existsSync(join(folder, 'keys'))).toBe(false)
    mkdirSync(join(folder, 'keys'))
    const one = 'manifest-signing.pem'
    cpSync(join(folder, 'elsewhere', one), join(folder, 'keys', one))
    expect((await refusal(folder)).en).toMatch(/missing.*: ledger-signing\.pem/)
    rmSync(join(folder, 'keys'), { recursive: true })
    renameSync(join(folder, 'elsewhere'), join(folder, 'keys'))
    await starts(folder)
  })

  test('that are lost are named also for a database of before offices had a name', async () => {
    const folder = await anOffice()
    inDatabase(folder, 'DELETE FROM office')
    rmSync(join(folder, 'office.json'))
    rmSync(join(folder, 'keys'), { recursive: true })
    inDatabase(
      folder,
      "INSERT INTO day_root VALUES ('2026-11-25', 0, 'x', 'note', '', NULL, 1790000000000)",
    )
    expect((await refusal(folder)).code).toBe('keys-missing')
    const other = await anOffice()
    cpSync(join(other, 'keys'), join(folder, 'keys'), { recursive: true })
    expect((await refusal(folder)).code).toBe('keys-other')
  })

  test('that are of another office are refused, the one for manifests and the one of the ledger', async () => {
    const [folder, other] = [await anOffice(), await anOffice()]
    for (const file of ['manifest-signing.pem', 'ledger-signing.pem']) {
      const own = readFileSync(join(folder, 'keys', file))
      cpSync(join(other, 'keys', file), join(folder, 'keys', file))
      const refused = await refusal(folder)
      expect([refused.code, refused.en]).toEqual(['keys-other', expect.stringContaining(file)])
      writeFileSync(join(folder, 'keys', file), own)
    }
    await starts(folder)
  })

  test('that are older than the last change of the key are refused; newer ones are taken', async () => {
    const folder = await anOffice()
    const office = await ground(folder)
    const before = office.key.keyid
    office.key.rotate(Date.now())
    const after = office.key.keyid
    // As after a power cut between the file and the database.
    await office.close()
    const again = await ground(folder)
    expect(again.key.keyid).toBe(after)
    expect(await again.store.office.read()).toMatchObject({
      signingKeyid: after,
      signingVersion: 1,
    })
    await again.close()
    const chain = join(folder, 'keys/key-statements.json')
    renameSync(chain, `${chain}.away`)
    expect(await refusal(folder)).toMatchObject({
      code: 'keys-older',
      en: expect.stringContaining('changed 1 times, and only 0'),
    })
    renameSync(`${chain}.away`, chain)
    rmSync(join(folder, `keys/manifest-signing-${after}.pem`))
    expect((await refusal(folder)).code).toBe('keys-missing')
    expect(before).not.toBe(after)
  })

  test('that cannot be read are named by file', async () => {
    const folder = await anOffice()
    for (const file of ['keys/manifest-signing.pem', 'keys/ledger-signing.pem', 'office.json']) {
      const whole = readFileSync(join(folder, file))
      writeFileSync(join(folder, file), whole.subarray(0, 20))
      const refused = await refusal(folder)
      expect([refused.code, refused.en]).toEqual(['key-damaged', expect.stringContaining(file)])
      writeFileSync(join(folder, file), whole)
    }
  })
})

describe('a database that is not that of the folder', () => {
  test('is named where DATABASE_URL is forgotten, added, or names another office', async () => {
    const url = { DATABASE_URL: await newPostgresUrl() }
    const folder = await anOffice(url)
    expect((await refusal(folder)).code).toBe('engine-forgotten')
    expect(existsSync(join(folder, 'loabang.db'))).toBe(false)
    const others = [await newPostgresUrl(), await newPostgresUrl()]
    await anOffice({ DATABASE_URL: others[0] as string })
    for (const other of others)
      expect((await refusal(folder, { DATABASE_URL: other })).code).toBe('office-other')
    rmSync(join(folder, 'office.json'))
    // A folder of before office.json: its keys say that there was an office.
    expect(await refusal(folder)).toMatchObject({
      code: 'database-missing',
      en: expect.stringContaining('set DATABASE_URL'),
    })
    const fresh = { DATABASE_URL: await newPostgresUrl() }
    expect((await refusal(folder, fresh)).code).toBe('office-other')
    await starts(folder, url)
    const sqlite = await anOffice()
    expect((await refusal(sqlite, fresh)).code).toBe('engine-forgotten')
    rmSync(join(sqlite, 'office.json'))
    expect((await refusal(sqlite, fresh)).code).toBe('engine-forgotten')
  })

  test('is served by one server, and by none with a folder of its own', async () => {
    const url = { DATABASE_URL: await newPostgresUrl() }
    const folder = await anOffice(url)
    const second = join(tempFolder(), 'second')
    const first = await ground(folder, url)
    expect((await refusal(second, url)).code).toBe('database-served')
    await first.close()
    expect(await refusal(second, url)).toMatchObject({
      code: 'keys-missing',
      en: expect.stringContaining('second server'),
    })
    await starts(folder, url)
  }, 60_000)

  test('is not made again where its file is lost', async () => {
    const folder = await anOffice()
    rmSync(join(folder, 'loabang.db'))
    expect((await refusal(folder)).code).toBe('database-missing')
    expect(existsSync(join(folder, 'loabang.db'))).toBe(false)
  })
})

describe('a database that this program cannot work with', () => {
  test('of a newer version is named, on both engines, and left as it is', async () => {
    const newer = "INSERT INTO kysely_migration VALUES ('0999-later', '2030-01-01')"
    const words = {
      code: 'database-newer',
      en: expect.stringContaining('it has 0999-later'),
      vi: expect.stringContaining('bản Loabang mới hơn'),
    }
    const folder = await anOffice()
    inDatabase(folder, newer)
    expect(await refusal(folder)).toMatchObject(words)
    const url = await newPostgresUrl()
    const second = await anOffice({ DATABASE_URL: url })
    const client = new pg.Client({ connectionString: url })
    await client.connect()
    await client.query(newer)
    await client.end()
    expect(await refusal(second, { DATABASE_URL: url })).toMatchObject(words)
  })

  test('that is damaged is named, with the way to a backup and without a stack', async () => {
    const folder = await anOffice()
    const path = join(folder, 'loabang.db')
    const whole = readFileSync(path)
    const harms: (() => void)[] = [
      () => writeFileSync(path, Buffer.concat([randomBytes(4096), whole.subarray(4096)])),
      () => writeFileSync(path, Buffer.concat([whole.subarray(0, 100), Buffer.alloc(9_000, 7)])),
      () => truncateSync(path, 12_288),
      () => writeFileSync(path, 'a letter, and no database. '.repeat(500)),
    ]
    for (const harm of harms) {
      harm()
      expect((await refusal(folder)).code).toBe('database-damaged')
      if (harm !== harms.at(-1)) writeFileSync(path, whole)
    }
    const said = refusedStart(folder)
    expect(said.text).toMatch(/loabang\.db bị hỏng .*khôi phục bản sao lưu/)
    expect(said.text).not.toMatch(/^\s+at |node:internal|Error:/m)
    expect(said.status).toBe(1)
    writeFileSync(path, whole)
    await starts(folder)
  }, 120_000)
})

describe('a machine that is not as it should be', () => {
  test('a HOST that this machine does not have is named', () => {
    const said = refusedStart(join(tempFolder(), 'data'), {
      HOST: '198.51.100.7',
      ALLOW_HTTP: 'yes',
    })
    expect(said.text).toMatch(/không có địa chỉ 198\.51\.100\.7/)
    expect(said.text).not.toMatch(/^\s+at |node:internal|Error:/m)
    expect(said.status).toBe(1)
  }, 120_000)

  test('a full disk is named, at the first start and at a later one', needs('mount'), async () => {
    const disk = smallDisk(1)
    const folder = join(disk.folder, 'data')
    fill(disk.folder)
    expect((await refusal(folder)).code).toBe('folder-full')
    rmSync(join(disk.folder, 'fill'))
    disk.grow(30)
    await starts(folder)
    rmSync(join(folder, 'office.json'))
    fill(disk.folder)
    expect(await refusal(folder)).toMatchObject({
      code: 'folder-full',
      vi: expect.stringContaining('đã đầy'),
    })
    rmSync(join(disk.folder, 'fill'))
    await starts(folder)
  })

  test('the folder is its account’s alone, also one that everybody could read before', async () => {
    const before = process.umask(0o077)
    onTestFinished(() => void process.umask(before))
    const folder = await anOffice()
    const modes = () =>
      ['.', 'keys', 'loabang.db', 'lock.db', 'office.json', 'keys/ledger-signing.pem'].map(
        (name) => statSync(join(folder, name)).mode & 0o077,
      )
    expect(new Set(modes())).toEqual(new Set([0]))
    chmodSync(join(folder, 'loabang.db'), 0o644)
    chmodSync(join(folder, 'keys'), 0o755)
    chmodSync(folder, 0o755)
    await starts(folder)
    expect(new Set(modes())).toEqual(new Set([0]))
  })

  test('certificates that cannot be read are named at the start', async () => {
    const folder = join(tempFolder(), 'data')
    const file = join(tempFolder(), 'ca.pem')
    const authority = { TSA_URL: 'https://tsa.example', TSA_CA_FILE: file }
    expect((await refusal(folder, authority)).code).toBe('authority-file')
    writeFileSync(file, 'no certificate')
    expect((await refusal(folder, authority)).code).toBe('authority-file')
  })
})
