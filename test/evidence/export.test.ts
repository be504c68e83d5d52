import { spawnSync } from 'node:child_process'
import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { checkExport, type Selection } from '#evidence'
import type { DeviceId } from '#protocol'
import { qrText } from '../../server/evidence/day-root.ts'
import type { LedgerKey } from '../../server/evidence/ledger-key.ts'
import { writeExport } from '../../server/evidence/write-export.ts'
import { createStore, type Store } from '../../server/store/store.ts'
import { engines } from '../support/engines.ts'
import { aBatch, aLedgerKey, anArrival } from '../support/evidence.ts'
import { aProvince, dayAt, THEMES } from '../support/province.ts'
import { tempFolder } from '../support/temp-folder.ts'

const SEED = Number(process.env.SEED ?? Date.now() % 1_000_000)

/** mulberry32: small, and the same everywhere. */
const randomFrom = (seed: number) => {
  let state = seed
  return (below: number) => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 2 ** 32) * below)
  }
}

describe.each(Object.entries(engines))('an export from %s', (name, open) => {
  let store: Store
  let close: () => Promise<void>
  let key: LedgerKey
  let journals: Map<DeviceId, string[]>
  let deviceIds: DeviceId[]

  beforeAll(async () => {
    const opened = await open()
    close = opened.close
    store = createStore(opened.db)
    key = aLedgerKey()
    journals = await aProvince(store, key)
    deviceIds = [...journals.keys()].toSorted()
  })
  afterAll(() => close())

  const NOTHING_ELSE = { themeIds: null, areaIds: null, channel: null, outcome: null }
  /** Days 1 and 2 of 0 to 3, with a day after them. */
  const period = () => ({ from: dayAt(1).at, to: dayAt(3).at })

  const write = async (change: Partial<Selection> = {}, isWhole = true) => {
    const folder = join(tempFolder(), 'export')
    const progress: number[] = []
    const result = await writeExport({ store, key }, folder, {
      selection: { deviceIds, ...period(), ...NOTHING_ELSE, ...change },
      days: { from: dayAt(0).date, to: dayAt(9).date },
      isWhole,
      at: dayAt(9).at,
      onProgress: ({ records, total }) => progress.push(records / total),
    })
    expect(progress.at(-1) ?? 1).toBe(1)
    return { folder, result }
  }

  const checked = (folder: string, trust = {}) => {
    const { verdict, contradictions, unknowns, records, rows } = checkExport(folder, trust)
    return { verdict, contradictions, unknowns, records, rows }
  }

  test('[EX1] a period of all devices is OK: nothing altered, nothing missing', async () => {
    const { folder, result } = await write()
    // Two days of 91 records, and one record at either end.
    expect(checked(folder)).toEqual({
      verdict: 'OK',
      contradictions: [],
      unknowns: [],
      records: 3 * (2 * 91 + 2),
      rows: 3 * 180,
    })
    expect(result).toMatchObject({ records: 3 * 184, plays: 540 })
    const written = readFileSync(join(folder, 'records.jsonl'), 'utf8').split('\n').slice(0, -1)
    expect(written).toEqual(deviceIds.flatMap((id) => journals.get(id)?.slice(90, 274)))
  })

  test('[EX2] one theme, one outcome: the table is narrowed, and still nothing is missing', async () => {
    const { folder } = await write({ themeIds: [THEMES[0]?.id ?? ''], outcome: 'completed' })
    const { verdict, rows } = checked(folder)
    expect(verdict).toBe('OK')
    expect(rows).toBe(
      3 *
        2 *
        Array.from({ length: 90 }, (_, n) => n).filter((n) => n % 2 === 0 && n % 7 > 0).length,
    )
  })

  test('[EX3] only the plays asked for: each is proved, and what lies between is UNKNOWN', async () => {
    const { folder } = await write({ themeIds: [THEMES[1]?.id ?? ''] }, false)
    const { verdict, contradictions, unknowns, records, rows } = checked(folder)
    expect([verdict, contradictions]).toEqual(['UNKNOWN', []])
    expect(records).toBe(rows)
    expect(rows).toBe(3 * 90)
    expect(unknowns.some((line) => /records \d+ to \d+ are not shown/.test(line))).toBe(true)
  })

  test('[EX4] time of which nothing is known is UNKNOWN, never nothing played', async () => {
    const { folder } = await write({ to: dayAt(30).at })
    const { verdict, unknowns } = checked(folder)
    expect(verdict).toBe('UNKNOWN')
    expect(unknowns).toHaveLength(3)
    expect(unknowns[0]).toMatch(/nothing is known from 2024-11-13T23:29:10.000Z to /)
    const stranger = '01890000-0000-7000-8000-00000000ffff' as DeviceId
    const { folder: other } = await write({ deviceIds: [stranger] })
    expect(checked(other)).toMatchObject({
      verdict: 'UNKNOWN',
      unknowns: [`${stranger}: nothing was ever received`],
    })
  })

  test('[EX5] what no daily root covers yet is UNKNOWN', async () => {
    const folder = join(tempFolder(), 'export')
    await writeExport({ store, key }, folder, {
      selection: { deviceIds, ...period(), ...NOTHING_ELSE },
      days: { from: dayAt(0).date, to: dayAt(1).date },
      isWhole: true,
      at: dayAt(9).at,
    })
    const { verdict, unknowns } = checked(folder)
    expect(verdict).toBe('UNKNOWN')
    expect(unknowns[0]).toMatch(/records 182 to 273 are under no daily root yet/)
  })

  test('[EX6] the key and the printed root can be held against it', async () => {
    const { folder } = await write()
    const day = await store.evidence.day(dayAt(1).date)
    const qr = qrText(day as never, 'https://loa.example.vn')
    expect(qr).toMatch(/^LOABANG 2024-11-12 [0-9a-f]{24} https:\/\/loa\.example\.vn\//)
    expect(checked(folder, { key: key.notesKey, qr: [qr] }).verdict).toBe('OK')
    expect(checked(folder, { key: aLedgerKey().notesKey }).verdict).toBe('CONTRADICTION')
    const forged = qr.replace(/ [0-9a-f]{24} /, ` ${'0'.repeat(24)} `)
    expect(checked(folder, { qr: [forged] }).verdict).toBe('CONTRADICTION')
    expect(checked(folder, { qr: [qr.replace('11-12', '12-24')] }).verdict).toBe('UNKNOWN')
  })

  test('[EX7] both commands say the same, offline, by their exit codes', async () => {
    const whole = (await write()).folder
    const partly = (await write({}, false)).folder
    const broken = (await write()).folder
    const path = join(broken, 'records.jsonl')
    writeFileSync(path, readFileSync(path, 'utf8').replace('"playedMs":10000', '"playedMs":90000'))
    const main = join(import.meta.dirname, '../../setup/main.mjs')
    for (const [folder, code] of [
      [whole, 0],
      [partly, 2],
      [broken, 1],
    ] as const) {
      const inside = spawnSync(process.execPath, ['verify.mjs'], { cwd: folder, encoding: 'utf8' })
      const outside = spawnSync(process.execPath, [main, 'verify', folder], { encoding: 'utf8' })
      expect([inside.status, outside.status], inside.stdout + outside.stderr).toEqual([code, code])
    }
    const [first] = deviceIds
    // The very record is named.
    expect(checkExport(broken).contradictions).toContainEqual(
      expect.stringMatching(new RegExp(`^${first}/0/\\d+: was changed`)),
    )
  })

  test('[EX8] what a device wrote that is no record goes along as it is', async () => {
    const deviceId = '01890000-0000-7000-8000-0000000000ee' as DeviceId
    const journal = ['two\nlines', 'not JSON', '{"half']
    const at = dayAt(1).at
    const arrival = anArrival(aBatch(journal, 0, { deviceId }), deviceId)
    await store.journal.append([arrival], (note) => key.cosign(note, at), at)
    const { folder } = await write({ deviceIds: [deviceId], from: null, to: null })
    const { verdict, contradictions, unknowns } = checked(folder)
    expect([verdict, contradictions]).toEqual(['UNKNOWN', []])
    expect(unknowns.filter((line) => line.includes('no record of this place'))).toHaveLength(3)
  })

  test('[EX9] calling it off leaves nothing behind', async () => {
    const folder = join(tempFolder(), 'export')
    await expect(
      writeExport({ store, key }, folder, {
        selection: { deviceIds, ...period(), ...NOTHING_ELSE },
        days: { from: dayAt(0).date, to: dayAt(9).date },
        isWhole: true,
        at: 0,
        signal: AbortSignal.abort(),
      }),
    ).rejects.toThrow()
    expect(() => readdirSync(folder)).toThrow()
  })

  // A file does not know which database it came from: mutating it once is enough.
  if (name !== 'sqlite') return

  test('[EX10] every file, line and field that is touched is caught', async () => {
    const { folder } = await write({ deviceIds: deviceIds.slice(0, 2) })
    const random = randomFrom(SEED)
    const texts = new Map(
      readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'utf8')]),
    )
    const work = join(tempFolder(), 'mutant')
    cpSync(folder, work, { recursive: true })

    /** Puts a changed file, checks, and puts it right again. */
    const expectCaught = (name: string, text: string | undefined, what: string) => {
      if (text === texts.get(name)) return
      const path = join(work, name)
      if (text === undefined) rmSync(path)
      else writeFileSync(path, text)
      expect(checkExport(work).verdict, `seed ${SEED}: ${name}, ${what}`).toBe('CONTRADICTION')
      const original = texts.get(name)
      if (original === undefined) rmSync(path)
      else writeFileSync(path, original)
    }

    for (const [name, text] of texts) {
      expectCaught(name, undefined, 'deleted')
      expectCaught(`copy-${name}`, text, 'doubled')
      expectCaught(name, '', 'emptied')
      expectCaught(name, text.slice(0, random(text.length)), 'truncated')
      const lines = text.split('\n')
      for (let round = 0; round < 4; round++) {
        const at = random(lines.length - 1)
        const cut = lines.toSpliced(at, 1)
        expectCaught(name, cut.join('\n'), `line ${at} deleted`)
        expectCaught(name, lines.toSpliced(at, 0, lines[at] ?? '').join('\n'), `line ${at} doubled`)
        expectCaught(
          name,
          cut.toSpliced(random(cut.length), 0, lines[at] ?? '').join('\n'),
          `line ${at} moved`,
        )
        const byte = random(text.length)
        const other = String.fromCharCode(32 + random(94))
        expectCaught(name, text.slice(0, byte) + other + text.slice(byte + 1), `byte ${byte}`)
      }
    }
  }, 300_000)

  test('[EX11] whoever also makes the list of files anew is caught by the devices’ signatures', async () => {
    // The server itself turns forger: it has its key, and no device's.
    const { folder } = await write({ deviceIds: deviceIds.slice(0, 1) })
    const random = randomFrom(SEED)
    const { createHash } = await import('node:crypto')
    const { exportText } = await import('#evidence')
    const original = new Map(
      readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'utf8')]),
    )
    const reseal = () => {
      const manifest = JSON.parse(original.get('manifest.json') ?? '') as {
        files: { name: string; bytes: number; sha256: string }[]
      }
      for (const file of manifest.files) {
        const bytes = readFileSync(join(folder, file.name))
        file.bytes = bytes.length
        file.sha256 = createHash('sha256').update(bytes).digest('hex')
      }
      const text = JSON.stringify(manifest)
      writeFileSync(join(folder, 'manifest.json'), text)
      const digest = createHash('sha256').update(text).digest('hex')
      writeFileSync(join(folder, 'manifest.note'), key.sign(exportText(digest)))
    }
    reseal()
    expect(checkExport(folder).verdict).toBe('OK')

    /** Every place where a value of a line could be another. */
    const fieldsOf = (value: unknown, path: (string | number)[] = []): (string | number)[][] =>
      typeof value === 'object' && value !== null
        ? Object.entries(value).flatMap(([name, inner]) => fieldsOf(inner, [...path, name]))
        : [path]
    const changed = (line: string, path: (string | number)[]): string => {
      const value = JSON.parse(line)
      let at = value
      for (const name of path.slice(0, -1)) at = at[name]
      const last = path.at(-1) as string
      const is = at[last]
      if (typeof is === 'number') at[last] = is + 1
      else if (typeof is === 'boolean') at[last] = !is
      else if (is === null) at[last] = 'x'
      else {
        const place = random(Math.max(1, is.length))
        at[last] = is.slice(0, place) + (is[place] === 'A' ? 'B' : 'A') + is.slice(place + 1)
      }
      return JSON.stringify(value)
    }

    /** The same 32 bytes in base64, with another of the bits that say nothing. */
    const writtenOtherwise = (hash: string): string => {
      const digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
      const other = digits[digits.indexOf(hash.at(-3) ?? '') ^ 1]
      return `${hash.slice(0, -3)}${other}="`
    }

    let tried = 0
    for (const name of ['records.jsonl', 'proofs.jsonl', 'days.jsonl', 'plays.csv']) {
      const text = original.get(name) ?? ''
      const lines = text.slice(0, -1).split('\n')
      const put = (mutant: string[], what: string) => {
        const now = `${mutant.join('\n')}\n`
        if (now === text) return
        writeFileSync(join(folder, name), now)
        reseal()
        const { verdict } = checkExport(folder)
        // Leaving something out can be honest: then it is UNKNOWN. It is never OK.
        expect(verdict, `seed ${SEED}: ${name}, ${what}`).not.toBe('OK')
        if (!what.startsWith('without'))
          expect(verdict, `seed ${SEED}: ${name}, ${what}`).toBe('CONTRADICTION')
        tried += 1
      }
      const sampled = new Set([
        0,
        lines.length - 1,
        ...Array.from({ length: 6 }, () => random(lines.length)),
      ])
      for (const at of sampled) {
        const line = lines[at] ?? ''
        const prefix = name === 'days.jsonl' ? 'without' : 'not'
        put(lines.toSpliced(at, 1), `${prefix} line ${at}`)
        put(lines.toSpliced(at, 0, line), `line ${at} twice`)
        if (lines.length > 1) {
          const to = (at + 1) % lines.length
          const swapped = [...lines]
          ;[swapped[at], swapped[to]] = [swapped[to] ?? '', swapped[at] ?? '']
          put(swapped, `lines ${at} and ${to} swapped`)
        }
        if (name === 'plays.csv') {
          for (const cell of line.split(',').keys()) {
            const cells = line.split(',')
            cells[cell] = `${cells[cell]}1`
            put(lines.with(at, cells.join(',')), `cell ${cell} of line ${at}`)
          }
          continue
        }
        for (const path of fieldsOf(JSON.parse(line)))
          put(lines.with(at, changed(line, path)), `${path.join('.')} of line ${at}`)
        for (const hash of line.match(/"[A-Za-z0-9+/]{43}="/g) ?? [])
          put(
            lines.with(at, line.replace(hash, writtenOtherwise(hash))),
            `${hash} written otherwise`,
          )
      }
      writeFileSync(join(folder, name), text)
    }
    expect(tried).toBeGreaterThan(300)
    process.stdout.write(`  mutants: ${tried}, seed ${SEED}\n`)
  }, 300_000)
})
