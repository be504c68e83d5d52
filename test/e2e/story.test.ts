import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Asset, Play, PlayLogEntry } from '#protocol'
import { make, speech } from '../support/ffmpeg.ts'
import { until } from '../support/until.ts'
import {
  expectAccessible,
  folder,
  open,
  operate,
  page,
  press,
  problems,
  says,
  signIn,
  story,
  text,
} from './operator.ts'

/** One story through the real thing: the server, two players, and an operator at a real browser. */

// Being asked to sign in is an answer.
operate({ width: 1366, height: 768 }, /401/)

const playsOf = async (name: 'speaker' | 'board'): Promise<PlayLogEntry[]> =>
  (await story.api.plays(500))
    .filter(({ deviceId }) => deviceId === story.devices[name])
    .sort((a, b) => a.epoch - b.epoch || a.seq - b.seq)
const child = (name: string) => story.children.find((one) => one.name === name)

describe('an operator', () => {
  test('signs in, and sees in Vietnamese what is on air in the commune', async () => {
    await page.goto(story.server)
    await page.waitForSelector('input[autocomplete=username]')
    await expectAccessible()
    await signIn()
    await says('Xã Định An')
    await says('Cụm loa ấp An Phong')
    await says('dBFS')
    await expectAccessible()
  })

  test('is shown the next item without touching anything', async () => {
    const before = await page.$eval('section', (section) => section.textContent)
    await until(
      async () => (await page.$eval('section', (section) => section.textContent)) !== before,
    )
    const bar = '[role=meter]'
    await until(
      async () =>
        Number(await page.$eval(bar, (meter) => meter.getAttribute('aria-valuenow'))) > -40,
    )
  })

  test('asks the board for a picture of itself, and gets it', async () => {
    await press('Chi tiết Bảng tin UBND xã')
    await press('Chụp màn hình')
    await until(() =>
      page.evaluate(() =>
        [...document.querySelectorAll('img')].some(
          (image) => image.alt.startsWith('Ảnh chụp') && image.naturalWidth === 1280,
        ),
      ),
    )
    await expectAccessible()
    await page.keyboard.press('Escape')
  })

  test('drops a clip into the library, watches it being processed, tags it and approves it', async () => {
    await page.goto(`${story.server}/library`)
    await says('13 nội dung')
    const file = make(join(folder, 'Thông báo họp dân.mp3'), ...speech(3, 0.1), '-b:a', '64k')
    const input = await page.waitForSelector('input[type=file]')
    await input?.uploadFile(file)
    await says('Thông báo họp dân')
    await says('14 nội dung')
    await until(async () => (await text()).includes('Xong'))
    await expectAccessible()
    await press('Mở Thông báo họp dân')
    await says('LUFS')
    await expectAccessible()
    await press('Duyệt phát')
    await says('Duyệt “Thông báo họp dân”?')
    await says('Chưa có lịch nào phát nội dung này')
    await expectAccessible()
    await press('Duyệt phát')
    await says('Đã duyệt “Thông báo họp dân”')
    await press('Thu hồi')
    await says('Thu hồi “Thông báo họp dân”?')
    await press('Không, giữ nguyên')
  })

  test('is asked before what was typed about a clip is lost, and approves nothing meanwhile', async () => {
    const name = 'input[maxlength="300"]'
    await page.type(name, ' mới')
    await says('Lưu thay đổi sẽ đưa nội dung về “Chưa duyệt”')
    await page.keyboard.press('Escape')
    await says('Bỏ thay đổi?')
    await expectAccessible()
    await press('Ở lại')
    expect(await page.$eval(name, (input) => (input as HTMLInputElement).value)).toBe(
      'Thông báo họp dân mới',
    )
    await press('Lưu')
    await says('Chưa duyệt')
    await page.type(name, ' nữa')
    await says('hãy lưu hoặc bỏ thay đổi rồi mới duyệt được')
    await page.keyboard.press('Escape')
    await says('Bỏ thay đổi?')
    await press('Bỏ và rời đi')
    await until(async () => !page.url().includes('asset='))
  })

  test('reads why a file cannot be used, and has it tried again', async () => {
    const file = join(folder, 'Tệp hỏng.mp3')
    writeFileSync(file, Buffer.from([0x4d, 0x5a, 0, 0, 1, 2, 3]))
    await page.goto(`${story.server}/library`)
    await says('14 nội dung')
    const input = await page.waitForSelector('input[type=file]')
    await input?.uploadFile(file)
    await says('15 nội dung')
    await page.waitForSelector('::-p-aria([name="Thử lại: Tệp hỏng"])', { timeout: 120_000 })
    await says('Không phát được loại tệp này')
    await expectAccessible()
    const tried = page.waitForResponse((answer) => answer.url().endsWith('/ingest'))
    await press('Thử lại: Tệp hỏng')
    const asset = (await (await tried).json()) as Asset
    expect(asset.ingest.failure).toBeNull()
    // It is processed, and as useless as before.
    await page.waitForSelector('::-p-aria([name="Thử lại: Tệp hỏng"])', { timeout: 120_000 })
  })

  test('finds plays by theme and by words without diacritics, and takes them along as CSV', async () => {
    await page.goto(`${story.server}/reports/plays?search=${encodeURIComponent('niem tin moi')}`)
    await says('Niềm tin mới')
    const rows = () => page.$$eval('tbody tr', (all) => all.map((row) => row.textContent ?? ''))
    await until(async () => (await rows()).length > 0)
    for (const row of await rows()) expect(row).toContain('1.1')
    await expectAccessible()
    const href = await page.$eval('a[download]', (link) => link.href)
    const csv = await page.evaluate(async (address) => (await fetch(address)).text(), href)
    expect(csv.split('\r\n').length).toBeGreaterThan(2)
    for (const line of csv.trim().split('\r\n').slice(1)) expect(line).toContain('Niềm tin mới')
  })

  test('sees how loud a play was from second to second, and checks its proof in the browser', async () => {
    const first = async (): Promise<PlayLogEntry | undefined> => {
      const answer = await page.evaluate(async () =>
        (await fetch('/api/plays?channel=audio&outcome=completed')).text(),
      )
      return (JSON.parse(answer) as { items: PlayLogEntry[] }).items[0]
    }
    await until(async () => (await first()) !== undefined)
    const { deviceId, epoch, seq, play } = (await first()) as PlayLogEntry
    await page.goto(`${story.server}/reports/plays/${deviceId}/${epoch}/${seq}`)
    const curve = await page.waitForSelector('svg[aria-label^="Mức âm theo thời gian"]')
    const loudSteps = await curve?.$$eval('rect', (bars) => bars.length)
    expect(loudSteps).toBeGreaterThanOrEqual(Math.floor(play.playedMs / 1_000) - 1)
    expect(loudSteps).toBeLessThanOrEqual(Math.ceil(play.playedMs / 1_000))
    await says('Đỉnh')
    await press('Kiểm tra ngay trên máy này')
    await says('Thiết bị đã ký, máy chủ đã ký đối ứng')
    await expectAccessible()
  })

  test('reads the same page in English', async () => {
    await page.evaluate(() =>
      [...document.querySelectorAll('label')]
        .find((label) => label.textContent === 'English')
        ?.click(),
    )
    await says('Play log')
    await page.evaluate(() =>
      [...document.querySelectorAll('label')]
        .find((label) => label.textContent === 'Tiếng Việt')
        ?.click(),
    )
    await says('Nhật ký phát')
  })

  test('uses it on a phone', async () => {
    await page.setViewport({ width: 390, height: 844 })
    for (const path of ['/', '/library', '/reports/plays']) {
      await open(path)
      const overflow = await page.evaluate(
        () => document.documentElement.scrollWidth - window.innerWidth,
      )
      expect(overflow, path).toBeLessThanOrEqual(0)
      await expectAccessible()
    }
    await page.setViewport({ width: 1366, height: 768 })
  })

  test('met no error on the way', () => expect(problems).toEqual([]))
})

describe('what nobody foresees', () => {
  test('the server is killed: the panel says so, the players go on, and nothing is lost or doubled', async () => {
    await page.goto(story.server)
    await says('Xã Định An')
    const killedAt = Date.now()
    process.kill(child('server')?.pid() ?? 0, 'SIGKILL')
    await says('mất kết nối với máy chủ')
    await until(() => story.api.plays(1).catch(() => undefined))
    await until(async () => !(await text()).includes('mất kết nối với máy chủ'))
    const after = killedAt + 20_000
    await until(
      async () => (await playsOf('speaker')).some(({ play }) => play.plannedStartAt > after),
      120,
    )
    const plays = await playsOf('speaker')
    for (const [index, { seq, play }] of plays.entries()) {
      const before = plays[index - 1]
      if (before) {
        expect(seq).toBe(before.seq + 1)
        expect(play.plannedStartAt).toBe(before.play.plannedEndAt)
      }
      // Where two stories begin on one small machine, the very first item may be joined late.
      if (play.plannedEndAt > killedAt)
        expect([play.asset.title, play.outcome]).toEqual([play.asset.title, 'completed'])
    }
  }, 300_000)

  test('a player is killed in the middle of a clip: the cut play is told as cut, and it goes on at its place', async () => {
    const begunAt = Date.now()
    const isLate = ({ cause }: Play) => cause === 'joined-late'
    const joined = async () =>
      (await playsOf('speaker')).find(
        ({ play }) => isLate(play) && play.outcome === 'partial' && play.plannedEndAt > begunAt,
      )?.play
    const cuts = async () =>
      (await playsOf('speaker')).filter(({ play }) => play.cause === 'player-killed')
    // On a busy machine it may come back so late that the clip is over, and there is nothing to join:
    // it is killed again until it comes back in time.
    for (let kills = 1; !(await joined()); kills++) {
      const count = (await playsOf('speaker')).length
      await until(async () => (await playsOf('speaker')).length > count)
      await new Promise((resolve) => setTimeout(resolve, 1_000))
      process.kill(child('speaker')?.pid() ?? 0, 'SIGKILL')
      await until(async () => (await cuts()).length === kills)
      const at = (await cuts()).at(-1)
      await until(
        async () =>
          (await playsOf('speaker')).some(
            ({ epoch, seq }) =>
              at !== undefined && (epoch > at.epoch || (epoch === at.epoch && seq > at.seq)),
          ),
        120,
      )
    }
    const plays = await playsOf('speaker')
    for (const { play } of await cuts()) {
      expect(play.outcome).toBe('interrupted')
      expect(play.playedMs).toBeLessThan(play.plannedEndAt - play.plannedStartAt)
    }
    for (const { play } of plays.filter(({ play }) => isLate(play) && play.outcome !== 'partial'))
      expect(play).toMatchObject({ outcome: 'failed', startAt: null, playedMs: 0 })
    const late = await joined()
    // Where it joined is where the plan was by then: it ends when it was to end.
    expect(Math.abs((late?.endAt ?? 0) - (late?.plannedEndAt ?? 1))).toBeLessThan(250)
    expect(new Set(plays.map(({ epoch, seq }) => `${epoch}/${seq}`)).size).toBe(plays.length)
  }, 600_000)

  test('whatever was killed and cut, nothing that really played is taken for unplanned', async () => {
    const answer = await page.evaluate(async () => (await fetch('/api/plays/unplanned')).json())
    expect(answer).toMatchObject({ items: [] })
    const alerts = await page.evaluate(async () => (await fetch('/api/alerts')).json())
    expect(alerts).not.toContainEqual(expect.objectContaining({ kind: 'unplanned' }))
  })

  test('everything stops in order when it is told to', async () => {
    await Promise.all(story.children.map((one) => one.stop()))
    const log = readFileSync(join(folder, 'logs/speaker.log'), 'utf8')
    expect(log).toContain('player stopping')
    for (const name of ['server', 'speaker', 'board']) {
      const lines = readFileSync(join(folder, `logs/${name}.log`), 'utf8')
        .trim()
        .split('\n')
      // A killed player that comes back after the end of its clip says that it could not play it.
      const told = lines.filter((line) => !(name === 'speaker' && line.includes('"output-lost"')))
      const errors = told.filter((line) => line.includes('"level":50') || !line.startsWith('{'))
      expect([name, errors]).toEqual([name, []])
    }
  })
})
