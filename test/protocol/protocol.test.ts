import { describe, expect, test } from 'vitest'
import {
  AppError,
  Audience,
  CampaignInput,
  DeviceInput,
  ERRORS,
  errorText,
  FIELD_PROBLEMS,
  isFieldProblem,
  JournalRecord,
  LocalDate,
  LocalTime,
  Manifest,
  signedBytes,
  TimeRule,
  TimeZone,
  ToldStatus,
} from '#protocol'
import { aPlay } from '../support/builders.ts'

describe('every refusal', () => {
  test.each(Object.entries(ERRORS))(
    '%s is said in both languages, with the same blanks',
    (_code, words) => {
      // What is in words already has a blank for each language, named by it.
      const blanks = (lang: 'vi' | 'en') =>
        [...words[lang].matchAll(/\{(\w+)\}/g)]
          .map(([, name]) => (name === lang ? 'lang' : name))
          .sort()
      expect(blanks('vi')).toEqual(blanks('en'))
      expect(words.vi).not.toBe(words.en)
      // A message ends as a sentence that says what to do, or in the command to type.
      for (const text of [words.vi, words.en]) expect(text.trim()).toMatch(/[.…}]$/)
    },
  )

  test.each(Object.entries(FIELD_PROBLEMS))(
    'the field problem %s is said in both languages',
    (_code, { vi, en }) => {
      expect(vi).not.toBe(en)
    },
  )

  test('fills in its blanks, and leaves open what nobody filled', () => {
    expect(errorText('port-in-use', 'en', { port: 8080 })).toContain('Port 8080')
    expect(errorText('port-in-use', 'vi')).toContain('{port}')
    expect(new AppError('not-found', { what: 'area' }).message).toContain('no such area')
  })
})

describe('units refuse what does not exist', () => {
  test.each(['2024-02-30', '2023-02-29', '2024-13-01', '24-01-01', '2024-1-1'])(
    'the date %s',
    (date) => expect(LocalDate.safeParse(date).success).toBe(false),
  )
  test.each(['24:00', '5:00', '12:60', '12:00:60', '12'])('the time %s', (time) =>
    expect(LocalTime.safeParse(time).success).toBe(false),
  )
  test('24:00 is an end, and no beginning', () => {
    const rule = {
      startDate: '2024-11-11',
      startTime: '23:00',
      endTime: '24:00',
      rrule: null,
      extraDates: [],
      exceptDates: [],
    }
    expect(TimeRule.safeParse(rule).success).toBe(true)
    expect(TimeRule.safeParse({ ...rule, startTime: '24:00' }).success).toBe(false)
  })
  test('a zone that is not on this planet', () => {
    expect(TimeZone.safeParse('Asia/Ho_Chi_Minh').success).toBe(true)
    expect(TimeZone.safeParse('Asia/Atlantis').success).toBe(false)
  })
})

describe('what people enter is checked as a whole', () => {
  const problemsOf = (result: {
    error?: { issues: { path: PropertyKey[]; message: string }[] } | undefined
  }) => result.error?.issues.map(({ path, message }) => [path.join('.'), message])
  test('a phase that ends before it begins, a theme in a phase that is not there', () => {
    const campaign = {
      name: 'Đợt',
      directive: {
        issuer: 'Sở',
        number: null,
        symbol: null,
        date: null,
        subject: 'V/v',
        basis: [],
      },
      phases: [{ code: '1', name: 'Một', from: '2024-12-31', to: '2024-11-01' }],
      themes: [{ code: '1.1', name: 'Niềm tin', phases: ['1'] }],
    }
    expect(problemsOf(CampaignInput.safeParse(campaign))).toEqual([
      ['phases.0.to', 'ends-before-start'],
    ])
    const lost = {
      ...campaign,
      phases: [{ ...campaign.phases[0], to: null }],
      themes: [{ code: '1.1', name: 'x', phases: ['9'] }],
    }
    expect(problemsOf(CampaignInput.safeParse(lost))).toEqual([
      ['themes.0.phases', 'phase-unknown'],
    ])
  })
  test('an audience of nobody, a board without a size', () => {
    expect(problemsOf(Audience.safeParse({ areaIds: [], deviceIds: [] }))).toEqual([
      ['', 'audience-empty'],
    ])
    const board = {
      name: 'Bảng',
      areaId: '01890000-0000-7000-8000-000000000001',
      channels: ['screen'],
      canvas: null,
    }
    expect(problemsOf(DeviceInput.safeParse(board))).toEqual([['canvas', 'canvas-mismatch']])
    expect(isFieldProblem('canvas-mismatch')).toBe(true)
  })
})

test('what is signed is DSSE’s encoding, by its own example', () => {
  const encoded = Buffer.from(
    signedBytes('http://example.com/HelloWorld', Buffer.from('hello world')),
  )
  expect(encoded.toString()).toBe('DSSEv1 29 http://example.com/HelloWorld 11 hello world')
})

describe('what devices in the field hold and send can always be read', () => {
  test('a record of version 1', () => {
    const golden = `{"at":1731276010200,"clock":{"errorMs":1.85,"grade":"synced"},"deviceId":"01a20532-8c63-7218-9d99-dff594c52f66","epoch":0,"event":{"kind":"play","play":{"approvedBy":"Quản trị","breaks":[],"area":{"code":"30964","id":"01a20532-6d35-70b7-8f6c-3d2e0a6b4a55","path":["Tỉnh Kiên Giang","Huyện Gò Quao","Xã Định An"]},"asset":{"id":"01a20532-6ea0-74d0-9b44-5bb29c3a6b0a","kind":"clip","sha256":"${'a'.repeat(64)}","title":"Lời xướng"},"cause":null,"channel":"audio","device":"Cụm loa ấp An Phong","endAt":1731276012041,"measured":{"kind":"audio","output":"null","peakDbfs":-3.8,"rmsDbfs":-18,"sampleRate":48000,"samples":577968,"underruns":0},"outcome":"completed","planSha256":"${'b'.repeat(64)}","plannedEndAt":1731276012041,"plannedStartAt":1731276000000,"playedMs":12041,"priority":"normal","revision":2,"role":"item","schedule":"Truyền thanh cả ngày","scheduleId":"01a20532-9c63-7218-9d99-dff594c52f66","startAt":1731276000000,"startErrorMs":-0.007,"themes":[{"campaign":"Đợt","code":"1.1","id":"01a20532-7ea0-74d0-9b44-5bb29c3a6b0a","name":"Niềm tin mới"}],"volume":80}},"prev":"${'0'.repeat(64)}","seq":0,"v":1}`
    expect(JournalRecord.parse(JSON.parse(golden)).event).toMatchObject({
      kind: 'play',
      play: { outcome: 'completed' },
    })
  })
  test('a manifest of version 1', () => {
    const golden = `{"days":[{"date":"2024-11-11","plans":{"audio":"${'c'.repeat(64)}"},"startsAt":1731258000000}],"device":{"area":{"code":"30964","id":"01a20532-6d35-70b7-8f6c-3d2e0a6b4a55","path":["Tỉnh Kiên Giang"]},"canvas":null,"channels":["audio"],"name":"Cụm loa","timeZone":"Asia/Ho_Chi_Minh"},"deviceId":"01a20532-8c63-7218-9d99-dff594c52f66","issuedAt":1731258000000,"media":[{"bytes":207123,"mime":"audio/ogg","sha256":"${'d'.repeat(64)}"}],"playUntil":1734282000000,"revision":1,"v":1}`
    expect(Manifest.parse(JSON.parse(golden)).days).toHaveLength(1)
  })
  test('a fault told by another version is a fault, never a device that is whole', () => {
    const told = (fault: unknown) =>
      ToldStatus.parse({
        ...{ appliedRevision: null, refusal: null, media: { ready: 0, needed: 0 } },
        ...{ clock: { grade: 'unknown', errorMs: null }, unsentRecords: 0 },
        channels: [{ channel: 'audio', now: null, next: null, rmsDbfs: null, output: null, fault }],
      }).channels[0]?.fault
    expect(told(null)).toBeNull()
    const lost = { code: 'output-lost', detail: 'unplugged' }
    expect(told(lost)).toEqual(lost)
    for (const other of ['unplugged', { code: 'of-tomorrow', detail: null }])
      expect(told(other)).toEqual({ code: 'unknown', detail: null })
  })
  test('a record that claims impossible things is none', () => {
    const record = {
      v: 1,
      deviceId: '01a20532-8c63-7218-9d99-dff594c52f66',
      epoch: 0,
      seq: 0,
      prev: 'a'.repeat(64),
      at: 1,
      clock: { grade: 'synced', errorMs: 1 },
    }
    const reads = (play: object) =>
      JournalRecord.safeParse({ ...record, event: { kind: 'play', play: aPlay(play) } }).success
    expect(reads({})).toBe(true)
    expect(reads({ playedMs: -1 })).toBe(false)
    expect(reads({ plannedStartAt: 1.5 })).toBe(false)
    expect(reads({ outcome: 'perfect' as never })).toBe(false)
    expect(reads({ volume: 101 })).toBe(false)
  })
})
