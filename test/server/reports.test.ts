import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Workbook } from '@cj-tech-master/excelts'
import { describe, expect, test } from 'vitest'
import type { AreaId, Campaign, Play, ThemeId } from '#protocol'
import { daysOfPeriod } from '../../server/reports/period.ts'
import { openSqlite } from '../../server/store/open-database.ts'
import { createStore } from '../../server/store/store.ts'
import { aCampaign, aJournal, aPlay } from '../support/builders.ts'
import { aBatch, anArrival } from '../support/evidence.ts'
import { needs } from '../support/needs.ts'
import { type Person, startServer, withAreas } from '../support/server.ts'
import { until } from '../support/until.ts'

const NOON = Date.parse('2024-11-11T12:00:00+07:00')
const THEME = {
  id: '01890000-0000-7000-8000-0000000000c1' as ThemeId,
  code: '1.1',
  name: 'Niềm tin mới, khí thế mới',
  campaign: 'Đợt',
}
const MINE = { kind: 'free', from: '2024-11-01', to: '2024-11-30' }

/** What reads a PDF back: of Debian's poppler-utils. */

describe('a reporting time', () => {
  const decree = (kind: 'month' | 'quarter' | 'half' | 'year', number: number) =>
    Object.values(
      daysOfPeriod({ kind, calendar: 'decree-09-2019', year: 2024, number }, [], '2024-06-01'),
    )
  const calendar = (kind: 'month' | 'quarter' | 'half' | 'year', number: number) =>
    Object.values(
      daysOfPeriod({ kind, calendar: 'calendar', year: 2024, number }, [], '2024-06-01'),
    )

  test.each([
    ['month', 1, '2023-12-15', '2024-01-14'],
    ['month', 3, '2024-02-15', '2024-03-14'],
    ['month', 12, '2024-11-15', '2024-12-14'],
    ['quarter', 1, '2023-12-15', '2024-03-14'],
    ['quarter', 4, '2024-09-15', '2024-12-14'],
    ['half', 1, '2023-12-15', '2024-06-14'],
    ['half', 2, '2024-06-15', '2024-12-14'],
    ['year', 1, '2023-12-15', '2024-12-14'],
  ] as const)('[RP1] %s %i of Decree 09/2019 is %s to %s', (kind, number, from, to) => {
    expect(decree(kind, number)).toEqual([from, to])
  })

  test.each([
    ['month', 2, '2024-02-01', '2024-02-29'],
    ['month', 12, '2024-12-01', '2024-12-31'],
    ['quarter', 2, '2024-04-01', '2024-06-30'],
    ['half', 2, '2024-07-01', '2024-12-31'],
    ['year', 1, '2024-01-01', '2024-12-31'],
  ] as const)('[RP2] calendar %s %i is %s to %s', (kind, number, from, to) => {
    expect(calendar(kind, number)).toEqual([from, to])
  })

  test('[RP3] a phase ends on its day, or today while nobody has fixed it; one to come is refused', () => {
    const campaign: Campaign = aCampaign()
    const phase = (code: string, today: string) =>
      daysOfPeriod({ kind: 'phase', campaignId: campaign.id, phase: code }, [campaign], today)
    expect(phase('1', '2025-02-01')).toEqual({ from: '2024-11-08', to: '2024-12-31' })
    expect(phase('2', '2025-02-01')).toEqual({ from: '2025-01-01', to: '2025-02-01' })
    expect(() => phase('2', '2024-12-31')).toThrow(expect.objectContaining({ code: 'period-open' }))
    expect(() => phase('3', '2024-12-31')).toThrow(expect.objectContaining({ code: 'not-found' }))
  })
})

/** A server with a loudspeaker in one commune that has played, and one commune without any. */
const withPlays = async (settings: Record<string, string> = {}) => {
  const { url, folder, server } = await startServer(settings)
  const { admin, areas } = await withAreas(url)
  const { json: device } = await admin.post('/api/devices', {
    ...{ name: 'Cụm loa ấp An Phong', areaId: areas['30964'], channels: ['audio'], canvas: null },
  })
  const other = await openSqlite(join(folder, 'data'))
  const store = createStore(other.db, 'Asia/Ho_Chi_Minh', other.reading)
  const area = {
    ...{ id: areas['30964'] as AreaId, code: '30964' },
    path: ['Tỉnh Kiên Giang', 'Huyện Gò Quao', 'Xã Định An'],
  }
  const plays: Partial<Play>[] = Array.from({ length: 3 }, (_, index) => ({
    ...{ area, device: 'Cụm loa ấp An Phong', themes: [THEME], approvedBy: 'Nguyễn Thị Lan' },
    ...{ plannedStartAt: NOON + index * 60_000, plannedEndAt: NOON + (index + 1) * 60_000 },
    asset: { ...aPlay().asset, title: index === 2 ? '=1+1 "thử"' : 'Đường về Gò Quao' },
    ...(index === 1 && {
      outcome: 'failed' as const,
      cause: 'media-missing' as const,
      playedMs: 0,
    }),
  }))
  const deviceId = device.id as never
  const records = aJournal(
    plays.map((play) => ({ kind: 'play' as const, play: aPlay(play) })),
    { deviceId },
  )
  const arrival = anArrival(aBatch(records, 0, { deviceId }), deviceId)
  await store.journal.append([arrival], (note) => note, NOON)
  await other.close()
  return { url, admin, areas, folder, server, deviceId: device.id as string, records }
}

const make = async (admin: Person, request: object) => {
  const asked = await admin.post('/api/reports', { period: MINE, ...request })
  expect(asked.status, asked.text).toBe(201)
  const path = `/api/reports/${asked.json.id}`
  await until(
    async () => !['waiting', 'running'].includes((await admin.get(path)).json.state as string),
    60,
  )
  const { json: report } = await admin.get(path)
  return { report, path: `${path}/file` }
}

const download = async (url: string, admin: Person, path: string) => {
  const response = await fetch(url + path, { headers: { cookie: admin.cookie() } })
  return Buffer.from(await response.arrayBuffer())
}

describe('reports', () => {
  test('[RP4] every form can be had as a workbook with real types, a frozen heading and print titles', async () => {
    const { url, admin, folder } = await withPlays()
    for (const form of ['log', 'themes', 'areas', 'devices', 'evidence']) {
      const { report, path } = await make(admin, { form, format: 'xlsx' })
      expect(report, form).toMatchObject({ state: 'done', progress: 1, failure: null })
      const bytes = await download(url, admin, path)
      expect(createHash('sha256').update(bytes).digest('hex')).toBe(report.sha256)
      const file = join(folder, `${form}.xlsx`)
      writeFileSync(file, bytes)
      const workbook = new Workbook()
      await workbook.xlsx.readFile(file)
      const sheet = workbook.worksheets[0]
      const view = sheet?.views[0] as { state: string; ySplit: number }
      expect(view.state).toBe('frozen')
      expect(sheet?.pageSetup.printTitlesRow).toBe(`${view.ySplit}:${view.ySplit}`)
      if (form !== 'evidence') continue
      const first = sheet?.getRow(view.ySplit + 1)
      const startedAt = first?.getCell(9).value
      expect(first?.getCell(1).value).toBe('Cụm loa ấp An Phong')
      expect(startedAt).toEqual(new Date('2024-11-11T12:00:00.000Z'))
      expect(first?.getCell(14).value).toBe(10_000)
      expect(sheet?.getRow(view.ySplit + 3).getCell(5).value).toBe('=1+1 "thử"')
    }
  })

  test(
    '[RP5] a PDF has the heading of Decree 30/2020, its blanks, the definition, and the page number from the second page on',
    needs('poppler'),
    async () => {
      const { url, admin, areas, folder } = await withPlays()
      const letterhead = {
        ...{ validFrom: '2024-01-01', superior: 'Ủy ban nhân dân huyện Gò Quao' },
        ...{ issuer: 'Phòng Văn hóa và Thông tin', symbol: 'VHTT', place: 'Gò Quao' },
        ...{ authority: 'KT. Trưởng phòng', signer: 'Phó trưởng phòng' },
        recipients: ['Sở Thông tin và Truyền thông'],
      }
      const set = await admin.send('PUT', `/api/areas/${areas['907']}/letterhead`, letterhead)
      expect(set.status, set.text).toBe(200)
      expect(set.json.version).toBe(1)
      const late = await admin.send('PUT', `/api/areas/${areas['907']}/letterhead`, letterhead)
      expect(late).toMatchObject({ status: 409, json: { code: 'changed-meanwhile' } })
      const { report, path } = await make(admin, {
        form: 'areas',
        format: 'pdf',
        areaId: areas['907'],
      })
      expect(report).toMatchObject({ state: 'done', failure: null })
      const file = join(folder, 'report.pdf')
      writeFileSync(file, await download(url, admin, path))
      const text = execFileSync('pdftotext', ['-layout', file, '-'], {
        encoding: 'utf8',
      }).normalize('NFC')
      for (const words of [
        'CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM',
        'Độc lập - Tự do - Hạnh phúc',
        'PHÒNG VĂN HÓA VÀ THÔNG TIN',
        'ỦY BAN NHÂN DÂN HUYỆN GÒ QUAO',
        '/BC-VHTT',
        'Gò Quao, ngày',
        'BÁO CÁO',
        'Xã Định An',
        '1 lượt phát = 1 nội dung phát tại 1 thiết bị',
        'Nơi nhận:',
        '- Lưu: VT.',
        'PHÓ TRƯỞNG PHÒNG',
      ]) {
        expect(text).toContain(words)
      }
      expect(text).not.toMatch(/Số:\s*\d/)
      const fonts = execFileSync('pdffonts', [file], { encoding: 'utf8' })
      expect(fonts).toContain('Tinos')
      expect(
        fonts
          .split('\n')
          .slice(2)
          .filter(Boolean)
          .every((line) => / yes yes /.test(line)),
      ).toBe(true)
    },
  )

  test('[RP6] CSV and JSON Lines hold every record, safely; a broken download goes on where it was', async () => {
    const { url, admin, records } = await withPlays()
    const { report, path } = await make(admin, { form: 'evidence', format: 'csv' })
    const whole = await download(url, admin, path)
    const text = whole.toString('utf8')
    expect(text.startsWith('\uFEFF')).toBe(true)
    expect(text.trim().split('\r\n')).toHaveLength(records.length + 1)
    expect(text).toContain(`"'=1+1 ""thử"""`)
    const part = await fetch(url + path, {
      headers: { cookie: admin.cookie(), range: 'bytes=100-', 'if-range': `"${report.sha256}"` },
    })
    expect(part.status).toBe(206)
    expect(Buffer.from(await part.arrayBuffer()).equals(whole.subarray(100))).toBe(true)
    const other = await fetch(url + path, {
      headers: { cookie: admin.cookie(), range: 'bytes=100-', 'if-range': '"other"' },
    })
    expect(other.status).toBe(200)
    await other.arrayBuffer()
    const lines = await make(admin, { form: 'evidence', format: 'jsonl', lang: 'en' })
    const rows = (await download(url, admin, lines.path)).toString('utf8').trim().split('\n')
    expect(rows.map((line) => JSON.parse(line).Outcome)).toEqual([
      'completed',
      'failed',
      'completed',
    ])
    expect(JSON.parse(rows[0] ?? '')['Planned start']).toBe('2024-11-11T05:00:00.000Z')
  })

  test('[RP7] reports are their maker’s only, can be cancelled, and are seen before they are made', async () => {
    const { url, admin, areas, folder } = await withPlays()
    const { report, path } = await make(admin, {
      form: 'log',
      format: 'csv',
      areaId: areas['30964'],
    })
    expect((await fetch(url + path)).status).toBe(401)
    const list = (await admin.get('/api/reports')).json as never as { items: { id: string }[] }
    expect(list.items.map(({ id }) => id)).toContain(report.id)
    const { json: waiting } = await admin.post('/api/reports', {
      form: 'areas',
      format: 'pdf',
      period: MINE,
    })
    const cancelled = await admin.send('DELETE', `/api/reports/${waiting.id}`)
    expect(cancelled.json.state).toBe('cancelled')
    const refused = await admin.get(`/api/reports/${waiting.id}/file`)
    expect(refused.json.code).toBe('report-unfinished')
    await new Promise((resolve) => setTimeout(resolve, 500))
    expect(existsSync(join(folder, 'data/reports', waiting.id as string))).toBe(false)
    const preview = await admin.post('/api/reports/preview', {
      form: 'log',
      format: 'pdf',
      period: MINE,
    })
    expect(preview.json.html).toContain('Sổ nhật ký phát thanh')
    expect(preview.json.html).toContain('Đường về Gò Quao')
    expect(preview.json.html).not.toContain('<script')
    expect(preview.json.html).not.toContain('kho lưu trữ')
    // What is archived is missing from the book, and the book says so.
    mkdirSync(join(folder, 'data/archives/2024-10'), { recursive: true })
    const older = await admin.post('/api/reports/preview', {
      form: 'log',
      format: 'pdf',
      period: { ...MINE, from: '2024-09-01' },
    })
    expect(older.json.html).toContain('Bản ghi của tháng 10/2024 đã chuyển vào kho lưu trữ')
    expect(older.json.html).toContain('Đường về Gò Quao')
    const backwards = { kind: 'free', from: '2024-11-30', to: '2024-11-01' }
    const wrong = await admin.post('/api/reports', {
      form: 'log',
      format: 'pdf',
      period: backwards,
    })
    expect(wrong.json).toMatchObject({ code: 'bad-input', fields: [{ field: 'period.to' }] })
  })

  test('[RP8] one play is found by its name, coverage and alerts answer, and a stranger sees nothing', async () => {
    const { url, admin, deviceId } = await withPlays()
    const one = await admin.get(`/api/plays/${deviceId}/0/1`)
    expect(one.json).toMatchObject({ seq: 1, play: { cause: 'media-missing' } })
    expect((await admin.get(`/api/plays/${deviceId}/0/9`)).status).toBe(404)
    const coverage = (await admin.get('/api/coverage?from=2024-11-01&to=2024-11-30')).json
    expect(coverage).toMatchObject({ total: { plays: 2, failed: 1 }, communesWithoutDevice: 0 })
    const late = (await admin.get('/api/coverage?from=2025-01-01&to=2025-01-31')).json
    expect(late).toMatchObject({ total: { plays: 0 }, communes: 2, communesWithoutDevice: 1 })
    const month = (await admin.get('/api/coverage?from=2024-11-30&to=2024-11-01')).json
    expect(month).toMatchObject({ code: 'bad-input', fields: [{ field: 'to' }] })
    expect((await admin.get('/api/alerts')).status).toBe(200)
    expect((await admin.get('/api/missing')).json).toMatchObject({ items: [], total: 0 })
    expect((await admin.get('/api/plays?cause=media-missing')).json).toMatchObject({ total: 1 })
    expect((await fetch(`${url}/api/coverage?from=2024-11-01&to=2024-11-30`)).status).toBe(401)
  })
})
