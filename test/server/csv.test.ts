import { describe, expect, test } from 'vitest'
import type { DeviceId, Play, PlayLogEntry } from '#protocol'
import { recordColumns } from '../../server/evidence/record-columns.ts'
import { createWallClock } from '../../server/reports/wall-clock.ts'
import { csvCell, writeCsv } from '../../server/reports/write-csv.ts'
import { aPlay, DEVICE, sha } from '../support/builders.ts'

describe('a cell', () => {
  test.each<[string | number | null, string]>([
    [null, ''],
    [-18.5, '-18.5'],
    ['Xã Định An', 'Xã Định An'],
    ['một, hai', '"một, hai"'],
    ['nói "vâng"', '"nói ""vâng"""'],
    ['hai\ndòng', '"hai\ndòng"'],
    ['=SUM(A1)', "'=SUM(A1)"],
    ['+84', "'+84"],
    ['-x', "'-x"],
    ['@cmd', "'@cmd"],
    ['\t=1', "'\t=1"],
    ['=HYPERLINK("http://x")', '"\'=HYPERLINK(""http://x"")"'],
  ])('%j is written %j', (value, written) => expect(csvCell(value)).toBe(written))
})

const entries = async function* (count: number): AsyncGenerator<PlayLogEntry> {
  for (let seq = 0; seq < count; seq++) {
    yield {
      deviceId: DEVICE as DeviceId,
      epoch: 0,
      seq,
      receivedAt: 1,
      clock: { grade: 'synced', errorMs: 1 },
      apart: null,
      isPlanned: true,
      play: aPlay(),
    }
  }
}

const exported = async (count: number, lang: 'vi' | 'en' = 'vi') => {
  const chunks: string[] = []
  const columns = recordColumns(lang)
  async function* rows() {
    for await (const entry of entries(count)) yield columns.map(({ value }) => value(entry))
  }
  const sheet = { columns, rows: rows(), sum: null }
  for await (const chunk of writeCsv(sheet, 'Asia/Ho_Chi_Minh')) chunks.push(chunk)
  return chunks
}

describe('the export', () => {
  test('is read by Excel as what it is: marked as UTF-8, lines ended as the standard says', async () => {
    const text = (await exported(1)).join('')
    expect(text.startsWith('\uFEFFThiết bị,Địa bàn,')).toBe(true)
    expect(text.split('\r\n')).toHaveLength(3)
    expect((await exported(1, 'en')).join('')).toContain('Device,Area,')
  })

  test('shows times on the wall of the zone, to the millisecond', async () => {
    expect(
      createWallClock('Asia/Ho_Chi_Minh').exact(Date.parse('2024-12-31T23:59:59.007+07:00')),
    ).toBe('31/12/2024 23:59:59.007')
    const clock = createWallClock('Europe/Berlin')
    for (const at of [
      1e12,
      1.7e12,
      Date.parse('2024-03-31T00:59:59.999Z'),
      Date.parse('2024-03-31T01:00Z'),
    ]) {
      const format = new Intl.DateTimeFormat('en-GB', {
        timeZone: 'Europe/Berlin',
        hourCycle: 'h23',
        dateStyle: 'short',
        timeStyle: 'medium',
      })
      expect(clock.exact(at).slice(0, 19)).toBe(format.format(at).replace(',', ''))
    }
    expect((await exported(1)).join('')).toContain('11/11/2024 05:00:00.000')
  })

  test('says what of a clip a monitor recognised, and names the picture of a board', async () => {
    const { value: entry } = await entries(1).next()
    const { measured, ...rest } = aPlay()
    const cells = (play: Play) =>
      Object.fromEntries(
        recordColumns('en').map(({ title, value }) => [
          title,
          value({ ...(entry as PlayLogEntry), play }),
        ]),
      )
    const found = { monitor: 'm', comparedMs: 9_000, share: 0.9734, offsetMs: 12, snrDb: 8 }
    if (measured?.kind !== 'audio') throw new Error('the builder plays a sound')
    expect(cells({ ...rest, measured: { ...measured, heard: found } })).toMatchObject({
      'Recognised (%)': 97.3,
      'Picture SHA-256': null,
    })
    expect(cells({ ...rest, measured })['Recognised (%)']).toBeNull()
    const picture = sha('picture')
    const shown = { kind: 'screen' as const, output: 'kiosk', frames: 32, picture }
    expect(cells({ ...rest, measured: shown })['Picture SHA-256']).toBe(picture)
  })

  test('comes in pieces, however long it is', async () => {
    const chunks = await exported(1000)
    expect(chunks.length).toBeGreaterThan(3)
    expect(Math.max(...chunks.map(({ length }) => length))).toBeLessThan(200_000)
    expect(chunks.join('').split('\r\n')).toHaveLength(1002)
  })

  test('of nothing still says what it would hold', async () => {
    expect((await exported(0)).join('')).toMatch(/^\uFEFFThiết bị,.*\r\n$/)
  })
})
